#include "headstock/testing/stage.hpp"

#include "headstock/testing/inline_threads.hpp"
#include "headstock/testing/played_client.hpp"
#include "headstock/testing/pretended_handshake.hpp"
#include "headstock/testing/seeded.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

namespace headstock::testing {
namespace {

// So many turns without an end in one moment are a circle.
constexpr int most_turns = 1'000'000;

[[noreturn]] void misused(const std::string& how) {
    throw std::logic_error("headstock::testing::Stage: " + how);
}

std::string in_seconds(std::uint64_t milliseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%9llu.%03llu ",
                  static_cast<unsigned long long>(milliseconds / 1000),
                  static_cast<unsigned long long>(milliseconds % 1000));
    return text;
}

} // namespace

class Stage::Impl {
public:
    Impl(const Options& options, std::uint64_t seed, std::string_view account)
        : seeded_(seed), trusts_any_certificate_(options.insecure_skip_verification),
          client(account,
                 options,
                 {seeded_, threads_, [this] { return wall_clock(); }, now,
                  [this] { return shake_hands(); }}) {
        server.settings().domain = std::string{client.jid().domain()};
        if (options.tls == Tls::required) server.settings().starttls = StartTls::offered;
        client.on_wake([this] { woken_ = true; });
    }

    void connect();
    void lose(const Error& why);
    void settle();
    void pass(std::uint64_t milliseconds);
    void busy_for(std::uint64_t milliseconds);
    void wait_for_attempt();
    bool may_say() const;
    /// Of the first of January 2026 at the beginning.
    std::chrono::system_clock::time_point wall_clock() const {
        using namespace std::chrono_literals;
        return std::chrono::sys_days{2026y / 1 / 1} + std::chrono::milliseconds{now};
    }

    Server server;
    std::string transcript;
    bool connected = false;
    bool was_connected = false;
    bool attempt = false;                    ///< The client wants a connection, and has none.
    bool cut = false;                        ///< By the fault, and there was no connection since.
    Fault::Kind stalled = Fault::Kind::none; ///< Which way, of this connection.
    Fault fault;
    std::uint64_t from_server = 0;
    std::uint64_t from_client = 0;
    std::uint64_t now = 0;

private:
    bool turn();
    bool carry_to_server();
    bool carry_to_client();
    void give_to_client(std::string_view bytes);
    std::size_t until_fault(Fault::Kind kind, std::uint64_t before, std::size_t size) const;
    void break_connection();
    void end_connection(const Error& why);
    void tell_time();
    void step_to(std::uint64_t time);
    void note(std::string_view what, std::string_view text = {});
    std::optional<Error> shake_hands();

    bool woken_ = false;
    bool late_ = false; ///< Time has passed of which the client was not told.
    detail::InlineThreads threads_;
    detail::Seeded seeded_;
    bool trusts_any_certificate_;

public:
    detail::PlayedClient client; ///< Ends first: it uses what stands before it.
};

void Stage::Impl::note(std::string_view what, std::string_view text) {
    transcript += in_seconds(now);
    transcript += what;
    transcript += text;
    transcript += '\n';
}

// --- the connection ------------------------------------------------------------------------------

void Stage::Impl::connect() {
    if (connected) misused("there is a connection already");
    if (client.over())
        misused("the client has ended, and a client has one life: make another stage");
    if (was_connected && !attempt)
        misused("the client waits before it connects again: call come_back()");
    attempt = cut = false;
    connected = was_connected = true;
    note("connected");
    server.connected();
    client.tick(now);
    client.connected();
    settle();
}

// How the client is told that TLS is there, or why it is not.  Nothing leaves it waiting.
std::optional<Error> Stage::Impl::shake_hands() {
    auto end = detail::end_of_handshake(server.settings(), trusts_any_certificate_);
    if (end && !*end) server.secured();
    note("TLS: ", !end ? "no answer" : *end ? end->text : "it is on");
    return end;
}

void Stage::Impl::lose(const Error& why) {
    if (!connected && !std::exchange(attempt, false))
        misused("there is no connection to lose, nor an attempt to make one that is due");
    end_connection(why);
    settle();
}

// Nothing arrives any more, in either direction.
void Stage::Impl::end_connection(const Error& why) {
    connected = false;
    stalled = Fault::Kind::none;
    server.take_output();
    note(why ? "lost: " : "closed", why ? why.message() : std::string{});
    client.disconnected(why);
}

void Stage::Impl::break_connection() {
    const auto broken = std::exchange(fault, {});
    cut = true;
    if (broken.end == Fault::End::closed) return end_connection({});
    if (broken.end == Fault::End::reset)
        return end_connection({Errc::connection_lost, "the connection is cut"});
    stalled = broken.kind;
    note("stalled");
}

bool Stage::Impl::may_say() const {
    if (!connected && !cut) misused("says() needs a connection: call login() before");
    return connected;
}

// --- bytes ---------------------------------------------------------------------------------------

void Stage::Impl::settle() {
    for (int turns = 0; turn(); ++turns) {
        if (turns == most_turns)
            throw std::runtime_error("headstock::testing::Stage: client and server do not come to "
                                     "rest: each answers the other, or a function posts itself");
    }
}

// True when something happened that may lead to more.
bool Stage::Impl::turn() {
    woken_ = false;
    if (late_) tell_time();
    client.pump();
    if (threads_.run_all() || woken_ || late_) return true;
    if (!connected) return false;
    if (auto job = client.key_job()) {
        job->derive();
        client.finish(*job);
        return true;
    }
    if (carry_to_server() || carry_to_client()) return true;
    if (!client.wants_close()) return false;
    end_connection({});
    return true;
}

// Of `size` bytes behind the first `before`: how many come before the fault.  All, where there is
// none among them.
std::size_t
Stage::Impl::until_fault(Fault::Kind kind, std::uint64_t before, std::size_t size) const {
    if (fault.kind != kind || fault.after < before) return size;
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, fault.after - before));
}

bool Stage::Impl::carry_to_server() {
    if (stalled == Fault::Kind::cut_from_client) return false;
    const std::string bytes{client.output()};
    if (bytes.empty()) return false;
    const auto size = until_fault(Fault::Kind::cut_from_client, from_client, bytes.size());
    if (size > 0) note("C: ", std::string_view{bytes}.substr(0, size));
    from_client += size;
    client.written(size);
    server.receive(std::string_view{bytes}.substr(0, size));
    if (size < bytes.size()) break_connection();
    return true;
}

bool Stage::Impl::carry_to_client() {
    if (client.wants_close()) return false; // which reads no more
    if (stalled == Fault::Kind::cut_from_server) return false;
    const auto bytes = server.take_output();
    if (bytes.empty()) return false;
    note("S: ", bytes);
    const std::string_view all{bytes};
    const auto size = until_fault(Fault::Kind::cut_from_server, from_server, all.size());
    const auto first = until_fault(Fault::Kind::split, from_server, size);
    give_to_client(all.substr(0, first));
    if (first < size) {
        fault = {};
        give_to_client(all.substr(first));
    } else if (size < all.size()) {
        break_connection();
    }
    return true;
}

// A copy of its own, so that a sanitizer sees a read past its end.
void Stage::Impl::give_to_client(std::string_view bytes) {
    if (bytes.empty() || client.wants_close()) return;
    from_server += bytes.size();
    const std::vector<char> piece(bytes.begin(), bytes.end());
    client.received({piece.data(), piece.size()});
}

// --- time ----------------------------------------------------------------------------------------

void Stage::Impl::tell_time() {
    late_ = false;
    client.tick(now);
    if (!connected && client.wants_connection()) attempt = true;
}

void Stage::Impl::step_to(std::uint64_t time) {
    now = time;
    tell_time();
    settle();
}

// What is due again at once is due a millisecond later: in no time at all time would stand still.
void Stage::Impl::pass(std::uint64_t milliseconds) {
    settle();
    const auto end = now + milliseconds;
    for (auto due = client.deadline(); due; due = client.deadline()) {
        const auto next = std::max(*due, now + 1);
        if (next > end) break;
        step_to(next);
    }
    step_to(std::max(end, now)); // a handler may have been busy for longer
}

// The next turn sees what is due by then.
void Stage::Impl::busy_for(std::uint64_t milliseconds) {
    now += milliseconds;
    late_ = true;
}

void Stage::Impl::wait_for_attempt() {
    if (connected)
        misused("come_back() is for a client that has lost its connection: call lose() before");
    while (!attempt) {
        const auto due = client.deadline();
        if (client.over() || !was_connected || !due)
            misused("the client does not come back: " +
                    (client.over() ? "it has ended, by: " + client.error().message()
                                   : std::string{"it never had a connection"}));
        step_to(std::max(*due, now + 1));
    }
}

// --- Stage ---------------------------------------------------------------------------------------

Options Stage::in_clear() {
    Options options;
    options.tls = Tls::disabled;
    options.liveness = options.liveness.zero();
    return options;
}

Stage::Stage(const Options& options, std::uint64_t seed, std::string_view account) {
    impl_ = std::make_unique<Impl>(options, seed, account);
    if (const auto error = impl_->client.check())
        throw std::invalid_argument("headstock::testing::Stage: " + error.message());
}
Stage::~Stage() = default;

BaseClient& Stage::client() { return impl_->client; }
Server& Stage::server() { return impl_->server; }
bool Stage::connected() const { return impl_->connected; }
const std::string& Stage::transcript() const { return impl_->transcript; }
void Stage::settle() { impl_->settle(); }
void Stage::connect() { impl_->connect(); }
void Stage::lose(const Error& why) { impl_->lose(why); }
std::chrono::milliseconds Stage::now() const { return std::chrono::milliseconds{impl_->now}; }
void Stage::set_fault(Fault fault) {
    impl_->fault = fault;
    impl_->server.set_fault(fault);
}
std::uint64_t Stage::bytes_from_server() const { return impl_->from_server; }
std::uint64_t Stage::bytes_from_client() const { return impl_->from_client; }

void Stage::login() {
    impl_->connect();
    if (client().ready() || impl_->cut) return;
    throw std::runtime_error("headstock::testing::Stage: the login led to no session: " +
                             client().error().message() + "\n" + transcript());
}

void Stage::come_back() {
    impl_->wait_for_attempt();
    login();
}

void Stage::says(std::string_view xml) {
    impl_->settle();
    if (!impl_->may_say()) return;
    impl_->server.says(xml);
    impl_->settle();
}

void Stage::says(const bridge::Element& stanza) {
    impl_->settle();
    if (!impl_->may_say()) return;
    impl_->server.says(stanza);
    impl_->settle();
}

std::string Stage::sent() {
    impl_->settle();
    std::string xml;
    for (const auto& stanza : impl_->server.take_stanzas()) xml += stanza.xml;
    return xml;
}

std::vector<bridge::Element> Stage::sent_elements() {
    impl_->settle();
    std::vector<bridge::Element> elements;
    for (auto& stanza : impl_->server.take_stanzas()) elements.push_back(std::move(stanza.element));
    return elements;
}

void Stage::pass(std::chrono::milliseconds time) {
    if (time < time.zero()) misused("time does not go back");
    impl_->pass(static_cast<std::uint64_t>(time.count()));
}

void Stage::busy_for(std::chrono::milliseconds time) {
    if (time < time.zero()) misused("time does not go back");
    impl_->busy_for(static_cast<std::uint64_t>(time.count()));
}

} // namespace headstock::testing
