#include "headstock/testing/network.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/events.hpp"
#include "headstock/testing/inline_threads.hpp"
#include "headstock/testing/played_client.hpp"
#include "headstock/testing/pretended_handshake.hpp"
#include "headstock/testing/seeded.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace headstock::testing {
namespace {

constexpr std::chrono::milliseconds closing_takes{1};
constexpr int most_turns_together = 1'000'000; // without an end, that is a circle

struct Record {
    std::string name;
    RecordType type;
    std::optional<LookUpAnswer> answer; ///< None: silence.
    std::chrono::milliseconds delay;
};

} // namespace

class Network::Impl {
public:
    Impl(const Options& options, std::uint64_t seed, std::string_view account)
        : seeded_(seed), trusts_any_certificate_(options.insecure_skip_verification),
          client(account,
                 options,
                 {seeded_, threads_,
                  [this] {
                      return std::chrono::system_clock::time_point{} +
                             std::chrono::milliseconds{now};
                  },
                  now, [this] { return shake_hands(); }}) {
        client.tick(now);
        client.register_handler(outcome_);
    }

    void find() {
        settled = attempt = false;
        client.find_server();
        settle();
    }
    /// Everything that is due by then, each at its time.
    void pass_to(std::uint64_t time);
    /// The next thing that will happen by itself; no_deadline: nothing will.
    std::uint64_t next() const;

    Server& server(unsigned number) {
        auto* const here = line(number);
        if (here == nullptr)
            throw std::logic_error("headstock::testing::Network: there is no such connection");
        return here->server;
    }
    void cut(unsigned number) {
        close(number, {Errc::connection_lost, "the connection is cut"});
        settle();
    }

    std::vector<Record> records;
    std::map<std::pair<std::string, std::uint16_t>, Place> places;
    std::vector<Connection> connections;
    std::uint64_t now = 0;
    bool settled = false; ///< A session has started, or there is none, since find().
    bool attempt = false; ///< The client wants to look again.

private:
    struct Outcome {
        bool& settled;
        void connection_lost(const Error&, std::chrono::milliseconds) { settled = true; }
        void started(const SessionStarted&) { settled = true; }
        friend HEADSTOCK_HANDLERS(Outcome, on_event<&self::started>())
    };
    /// The server's side of a connection.
    struct Line {
        unsigned number = 0;
        Place place{};
        Server server{};
        bool stands = false;
    };
    struct Event {
        std::uint64_t time = 0;
        std::uint64_t order = 0;
        std::function<void()> happens;
    };

    void tick();
    void settle();
    bool turn();
    void take(const LookUp& step);
    void take(const CancelLookUp&) {}
    void take(const OpenConnection& step);
    void take(const CloseConnection& step);
    void connect(unsigned number);
    void close(unsigned number, const Error& why);
    bool write_from(unsigned number);
    void server_reads(unsigned number, const std::string& bytes);
    bool server_writes(Line& here);
    void client_reads(unsigned number, const std::string& bytes);
    std::optional<Error> shake_hands();
    void later(std::chrono::milliseconds delay, std::function<void()> happens);
    Line* line(unsigned number);
    Connection& connection(unsigned number);

    std::vector<std::unique_ptr<Line>> lines_;
    std::vector<Event> events_;
    std::uint64_t ordered_ = 0;
    unsigned reading_ = 0; ///< The connection that is told something: whose TLS is begun.
    Outcome outcome_{settled};
    detail::InlineThreads threads_;
    detail::Seeded seeded_;
    bool trusts_any_certificate_;

public:
    detail::PlayedClient client; ///< Ends first: it uses what stands before it.
};

void Network::Impl::later(std::chrono::milliseconds delay, std::function<void()> happens) {
    events_.push_back({now + detail::ms_count(delay), ++ordered_, std::move(happens)});
}

std::uint64_t Network::Impl::next() const {
    auto first =
        client.over() ? detail::no_deadline : client.deadline().value_or(detail::no_deadline);
    for (const auto& each : events_) first = std::min(first, each.time);
    return first;
}

void Network::Impl::pass_to(std::uint64_t time) {
    settle(); // what was done or said since the last time
    for (auto due = next(); due <= time; due = next()) {
        now = std::max(now, due);
        tick();
        const auto event = std::min_element(
            events_.begin(), events_.end(), [](const Event& one, const Event& other) {
                return std::pair{one.time, one.order} < std::pair{other.time, other.order};
            });
        if (event == events_.end() || event->time > now) continue;
        const auto happens = std::move(event->happens);
        events_.erase(event);
        happens();
        settle();
    }
    now = std::max(now, time);
    tick();
}

void Network::Impl::tick() {
    client.tick(now);
    attempt |= client.wants_connection();
    settle();
}

void Network::Impl::settle() {
    for (int turns = 0; turn(); ++turns) {
        if (turns == most_turns_together)
            throw std::runtime_error("headstock::testing::Network: a circle");
    }
}

bool Network::Impl::turn() {
    bool moved = false;
    for (const auto& step : client.connect_steps()) {
        std::visit([this](const auto& each) { take(each); }, step);
        moved = true;
    }
    client.pump();
    while (auto job = client.key_job()) {
        job->derive();
        client.finish(*job);
        moved = true;
    }
    const auto count = lines_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = lines_[i]->number;
        if (!connection(number).open || !lines_[i]->stands) continue;
        if (write_from(number)) moved = true;
        if (server_writes(*lines_[i])) moved = true;
        if (client.wants_close() && client.output(number).empty()) {
            close(number, {});
            moved = true;
        }
    }
    return moved;
}

// --- names ---------------------------------------------------------------------------------------

void Network::Impl::take(const LookUp& step) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const Record& each) {
        return each.name == step.name && each.type == step.type;
    });
    LookUpAnswer none;
    none.error = {Errc::unknown_host, "there is no such name"};
    if (found != records.end() && !found->answer) return;
    later(found == records.end() ? std::chrono::milliseconds{} : found->delay,
          [this, number = step.number,
           answer = found == records.end() ? std::move(none) : *found->answer] {
              client.looked_up(number, answer);
          });
}

// --- connections ---------------------------------------------------------------------------------

Network::Impl::Line* Network::Impl::line(unsigned number) {
    const auto found = std::find_if(lines_.begin(), lines_.end(),
                                    [&](const auto& each) { return each->number == number; });
    return found == lines_.end() ? nullptr : found->get();
}

Network::Connection& Network::Impl::connection(unsigned number) {
    return *std::find_if(connections.begin(), connections.end(),
                         [&](const auto& each) { return each.number == number; });
}

void Network::Impl::take(const OpenConnection& step) {
    if (line(step.connection) != nullptr)
        throw std::runtime_error("headstock::testing::Network: a connection is opened twice");
    const auto place = places.find({step.address, step.port});
    auto there = place == places.end() ? Place{.answer = Place::Answer::refuses} : place->second;
    connections.push_back({step.connection, step.address, step.port});
    auto opened = std::make_unique<Line>();
    opened->number = step.connection;
    opened->place = std::move(there);
    opened->server = Server{opened->place.settings};
    lines_.push_back(std::move(opened));
    if (lines_.back()->place.answer == Place::Answer::is_silent) return;
    later(lines_.back()->place.delay, [this, number = step.connection] { connect(number); });
}

void Network::Impl::connect(unsigned number) {
    if (!connection(number).open) return;
    auto& here = *line(number);
    if (here.place.answer == Place::Answer::refuses)
        return close(number, {Errc::connect_failed, "connection refused"});
    here.stands = true;
    reading_ = number;
    client.connected(number);
}

void Network::Impl::close(unsigned number, const Error& why) {
    if (!std::exchange(connection(number).open, false)) return;
    client.disconnected(number, why);
}

void Network::Impl::take(const CloseConnection& step) {
    if (line(step.connection)->stands) write_from(step.connection);
    later(closing_takes, [this, number = step.connection] { close(number, {}); });
}

bool Network::Impl::write_from(unsigned number) {
    const std::string bytes{client.output(number)};
    if (bytes.empty()) return false;
    connection(number).written += bytes;
    client.written(number, bytes.size());
    later(line(number)->place.latency, [this, number, bytes] { server_reads(number, bytes); });
    return true;
}

void Network::Impl::server_reads(unsigned number, const std::string& bytes) {
    auto& here = *line(number);
    if (here.place.answer == Place::Answer::is_mute || !connection(number).open) return;
    here.server.receive(bytes);
    server_writes(here);
}

bool Network::Impl::server_writes(Line& here) {
    auto said = here.server.take_output();
    if (said.empty()) return false;
    later(here.place.latency,
          [this, number = here.number, said = std::move(said)] { client_reads(number, said); });
    return true;
}

void Network::Impl::client_reads(unsigned number, const std::string& bytes) {
    if (!connection(number).open) return;
    reading_ = number;
    client.received(number, bytes);
    if (line(number)->server.ended()) close(number, {});
}

std::optional<Error> Network::Impl::shake_hands() {
    auto& here = *line(reading_);
    if (here.place.answer == Place::Answer::is_mute) return {};
    auto end = detail::end_of_handshake(here.server.settings(), trusts_any_certificate_);
    if (end && !*end) here.server.secured();
    return end;
}

// --- Network -------------------------------------------------------------------------------------

Network::Network(const Options& options, std::uint64_t seed, std::string_view account)
    : impl_(std::make_unique<Impl>(options, seed, account)) {}
Network::~Network() = default;

BaseClient& Network::client() { return impl_->client; }

void Network::add_record(std::string name,
                         RecordType type,
                         LookUpAnswer answer,
                         std::chrono::milliseconds delay) {
    impl_->records.push_back({std::move(name), type, std::move(answer), delay});
}

void Network::add_silence(std::string name, RecordType type) {
    impl_->records.push_back({std::move(name), type, {}, {}});
}

void Network::add_place(std::string address, std::uint16_t port, Place place) {
    impl_->places[{std::move(address), port}] = std::move(place);
}

void Network::find_server() {
    impl_->find();
    while (!impl_->settled && !impl_->client.over() && impl_->next() != detail::no_deadline)
        impl_->pass_to(impl_->next());
}

bool Network::wants_connection() const { return impl_->attempt; }

void Network::pass(std::chrono::milliseconds time) {
    impl_->pass_to(impl_->now + detail::ms_count(time));
}

std::chrono::milliseconds Network::now() const { return std::chrono::milliseconds{impl_->now}; }

Server& Network::server(unsigned connection) { return impl_->server(connection); }

void Network::cut(unsigned connection) { impl_->cut(connection); }

const std::vector<Network::Connection>& Network::connections() const { return impl_->connections; }

} // namespace headstock::testing
