// The way to the server: records, addresses, connections and redirections as name servers and
// servers may have them.
//
// A first byte of '=' has the rest read as the text of see-other-host.  Otherwise the second byte
// says what is looked for, and each step takes a few more.
#include "bridge/writer.hpp"
#include "headstock/route/connector.hpp"
#include "headstock/route/literal.hpp"
#include "headstock/route/other_host.hpp"
#include "headstock/testing/network.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fuzz {
namespace {

using namespace headstock;
using namespace headstock::detail;

constexpr std::string_view targets_named[] = {"a.test",    "b.test",      ".",      "",
                                              "192.0.2.1", "2001:db8::1", "e.test", "A.TEST."};
constexpr std::string_view addresses_named[] = {
    "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2", "127.0.0.1", "::"};

void check_place(const Endpoint& place, std::string_view text) {
    check(place.port != 0, "a place without a port", text);
    check(!place.host.empty() && place.host.size() <= 253, "a place without a host", text);
    const auto strange = std::find_if(place.host.begin(), place.host.end(), [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_' || c == '.' || c == ':' || c == '%');
    });
    check(strange == place.host.end(), "a host with a letter that no host has", text);
}

void other_host(std::string_view text) {
    for (const bool direct : {false, true}) {
        const auto place = read_other_host(text, direct);
        if (!place) continue;
        check_place(*place, text);
        check(place->direct_tls == direct, "another kind of TLS", text);
        const auto again = read_other_host(with_port(place->host, place->port), direct);
        check(again == place, "a place that was written is another", text);
    }
}

LookUpAnswer some_answer(Bytes& bytes, RecordType type) {
    LookUpAnswer answer;
    const auto count = bytes.byte() % 48;
    if (type != RecordType::srv) {
        for (auto left = count % 12; left > 0; --left)
            answer.addresses.emplace_back(bytes.one_of(addresses_named));
    } else {
        for (auto left = count; left > 0; --left) {
            const auto which = bytes.byte();
            answer.services.push_back({.priority = static_cast<std::uint16_t>(which % 4),
                                       .weight = static_cast<std::uint16_t>(bytes.below(65536)),
                                       .port = static_cast<std::uint16_t>(which % 5 * 1111),
                                       .target = std::string{bytes.one_of(targets_named)}});
        }
    }
    if (answer.services.empty() && answer.addresses.empty())
        answer.error = {Errc::unknown_host, "nothing"};
    return answer;
}

/// A search, and what it was told and has asked for so far.
class Search {
public:
    explicit Search(Bytes& bytes)
        : bytes_(bytes), plan_(plan(bytes.byte())),
          connector_(plan_, [this] { return std::uint64_t{bytes_.byte()} * 0x0101010101010101; }) {
        names_ = {plan_.host, "_xmpp-client._tcp." + plan_.host,
                  "_xmpps-client._tcp." + plan_.host};
        if (plan_.first) names_.insert(plan_.first->host);
        connector_.begin(now_);
        carry_out();
    }

    void step() {
        switch (bytes_.byte() % 10) {
        case 0:
            if (!asked_.empty()) answer(asked_.begin()->first);
            break;
        case 1:
            if (!asked_.empty()) answer(asked_.rbegin()->first);
            break;
        case 2:
        case 3:
            connector_.connected(some_connection());
            break;
        case 4:
            end(some_connection());
            break;
        case 5:
            connector_.failed(some_connection(), {Errc::stream_failed, "failed"});
            break;
        case 6:
            redirect(some_connection());
            break;
        case 7:
            tick(now_ + bytes_.byte() * 10u);
            break;
        case 8:
            if (connector_.deadline()) tick(*connector_.deadline());
            break;
        default:
            choose_or_stop(bytes_.byte());
        }
        carry_out();
    }

    // However little is told, it comes to an end.
    void finish() {
        for (int ticks = 0; connector_.searches(); ++ticks) {
            check(connector_.deadline().has_value(), "a search waits for nothing");
            check(ticks < 5'000, "a search has no end");
            tick(std::max(now_ + 1, *connector_.deadline()));
            carry_out();
        }
        check(asked_.empty(), "a search is over and its questions are not");
        check(connector_.has_chosen() || stopped_ || connector_.error(),
              "a search has failed without a reason");
        for (const auto& [number, state] : connections_)
            if (number != chosen_ && state != State::ended) end(number);
        carry_out();
        check(!connector_.has_open() || chosen_ != 0, "a connection is left");
        check(!connector_.report().text().empty() || connections_.empty(), "no report");
    }

private:
    enum class State { open, closing, ended };

    static RoutePlan plan(std::uint8_t what) {
        RoutePlan plan{.host = what % 2 == 1 ? "e.test" : "192.0.2.1",
                       .asks_services = what % 4 == 3,
                       .limit = std::chrono::seconds{15},
                       .whole = std::chrono::seconds{60}};
        if (what / 4 % 2 == 1) plan.direct_tls_port = 5223;
        if (what / 8 % 2 == 1 && plan.direct_tls_port != 0) plan.port = 0;
        if (what / 16 % 2 == 1) plan.first = Endpoint{"first.test", 5299, false};
        return plan;
    }

    void tick(std::uint64_t now) {
        now_ = now;
        connector_.tick(now);
    }
    void answer(unsigned number) {
        const auto type = asked_.at(number);
        const auto answer = some_answer(bytes_, type);
        for (const auto& each : answer.services)
            if (each.target != "." && each.port != 0) names_.insert(each.target);
        asked_.erase(number);
        connector_.looked_up(number, answer);
        if (bytes_.flag()) connector_.looked_up(number, answer); // which is nobody's
    }
    unsigned some_connection() {
        return bytes_.byte() % (static_cast<unsigned>(connections_.size()) + 2);
    }
    bool is_open(unsigned connection) const {
        const auto found = connections_.find(connection);
        return found != connections_.end() && found->second == State::open;
    }
    void end(unsigned connection) {
        const auto found = connections_.find(connection);
        if (found != connections_.end()) found->second = State::ended;
        connector_.ended(connection, {Errc::connection_lost, "ended"});
    }
    void redirect(unsigned connection) {
        const auto place = read_other_host(bytes_.until('\n'), connection % 2 == 1);
        if (!place || !is_open(connection) || ++redirected_ > 3) return;
        names_.insert(place->host);
        connector_.redirected(connection, *place, {Errc::stream_failed, "see-other-host"});
    }
    void choose_or_stop(std::uint8_t which) {
        if (!connector_.searches()) return;
        if (which % 4 == 0) {
            connector_.stop();
            stopped_ = true;
        } else if (is_open(which)) {
            chosen_ = which;
            connector_.choose(which);
        }
    }

    void carry_out() {
        for (const auto& step : connector_.take_steps()) {
            check(++steps_ < 2'000, "a search has too many steps");
            std::visit([this](const auto& each) { carry_out(each); }, step);
        }
        const auto open = std::count_if(connections_.begin(), connections_.end(),
                                        [](auto& each) { return each.second == State::open; });
        check(open <= static_cast<std::ptrdiff_t>(Connector::most_at_a_time),
              "too many connections at a time");
    }
    void carry_out(const LookUp& ask) {
        check(names_.count(ask.name) == 1 && !ask.name.empty(), "a stranger's name is asked",
              ask.name);
        check(asked_.emplace(ask.number, ask.type).second, "a number is asked twice");
    }
    void carry_out(const CancelLookUp& cancel) {
        check(asked_.erase(cancel.number) == 1, "what was not asked is cancelled");
    }
    void carry_out(const OpenConnection& open) {
        check(open.port != 0 && address_in(open.address), "this cannot be opened", open.address);
        check(connections_.emplace(open.connection, State::open).second,
              "a connection is opened twice");
        check(connections_.size() <= Connector::most_attempts, "too many attempts");
    }
    void carry_out(const CloseConnection& close) {
        check(is_open(close.connection) && close.connection != chosen_, "this cannot be closed",
              std::to_string(close.connection));
        connections_[close.connection] = State::closing;
    }

    Bytes& bytes_;
    RoutePlan plan_;
    std::uint64_t now_ = 1000;
    Connector connector_;
    std::set<std::string> names_{};
    std::map<unsigned, RecordType> asked_{};
    std::map<unsigned, State> connections_{};
    unsigned chosen_ = 0;
    unsigned redirected_ = 0;
    unsigned steps_ = 0;
    bool stopped_ = false;
};

void search(Bytes bytes) {
    Search search{bytes};
    for (int steps = 0; !bytes.empty() && steps < 500; ++steps) search.step();
    search.finish();
}

void order(Bytes bytes) {
    std::vector<Service> services;
    for (auto left = bytes.byte() % 40; left > 0; --left)
        services.push_back({static_cast<std::uint16_t>(bytes.byte() % 4),
                            static_cast<std::uint16_t>(bytes.below(65536)),
                            static_cast<std::uint16_t>(left), std::to_string(left)});
    const auto groups =
        order_services(services, [&] { return std::uint64_t{bytes.byte()} << 56 | bytes.byte(); });
    std::set<std::string> seen;
    int last = -1;
    for (const auto& group : groups) {
        check(!group.empty() && group.front().priority > last, "priorities are out of order");
        last = group.front().priority;
        for (const auto& each : group) {
            check(each.priority == last, "two priorities in a group");
            check(seen.insert(each.host).second, "a server comes twice");
        }
    }
    check(seen.size() == services.size(), "a server is lost");
}

constexpr std::string_view see_other_host =
    "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>";

// Wherever the client is led, it wants the same domain there, and shows one of them who it is.
void check_connections(const testing::Network& network) {
    unsigned logins = 0;
    for (const auto& each : network.connections()) {
        const auto& written = each.written;
        for (auto at = written.find("<stream:stream"); at != written.npos;
             at = written.find("<stream:stream", at + 1))
            check(written.find(" to='example.org'", at) != written.npos, "another domain", written);
        const auto tls = written.find("<starttls");
        const auto auth = written.find("<auth");
        check(auth == written.npos || (tls != written.npos && tls < auth), "a login in clear",
              written);
        if (auth != written.npos) ++logins;
    }
    check(logins <= 4, "too many servers see a login"); // one, and three that it is sent on to
}

void walk_network(Bytes bytes) {
    testing::Network network{{}, bytes.byte()};
    std::vector<SrvRecord> services;
    for (std::uint16_t i = 0; i < 4; ++i) {
        const auto what = bytes.byte();
        const auto name = "s" + std::to_string(i) + ".example.org";
        services.push_back({static_cast<std::uint16_t>(what % 3), 1,
                            static_cast<std::uint16_t>(what % 7 == 0 ? 0 : 5222),
                            what % 11 == 0 ? "." : name});
        const auto address = "192.0.2." + std::to_string(i);
        network.add_record(name, RecordType::a, {.addresses = {address}});
        testing::Place place{
            .answer = static_cast<testing::Place::Answer>(what / 32 == 0 ? bytes.byte() % 4 : 0)};
        place.settings.starttls =
            what / 16 % 8 == 1 ? testing::StartTls::refused : testing::StartTls::offered;
        place.settings.plain = true;
        if (const auto other = bytes.until('\n'); !other.empty()) {
            place.settings.stream_error = see_other_host;
            bridge::escape_text(other, place.settings.stream_error);
            place.settings.stream_error += "</see-other-host>";
        }
        network.add_place(address, 5222, place);
    }
    network.add_record("_xmpp-client._tcp.example.org", RecordType::srv, {.services = services});
    network.find_server();
    check_connections(network);
    network.client().stop();
    network.pass(std::chrono::seconds{10});
    check(network.client().over(), "a client has no end");
    for (const auto& each : network.connections()) check(!each.open, "a connection is left");
}

} // namespace

void route(std::string_view input) {
    if (input.starts_with('=')) return other_host(input.substr(1));
    Bytes bytes{input};
    switch (bytes.byte() % 4) {
    case 0:
        return order(bytes);
    case 1:
        return walk_network(bytes);
    default:
        search(bytes);
    }
}

} // namespace fuzz
