#include "headstock/route/connector.hpp"
#include "headstock/text/concat.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace headstock::test {
namespace {

using detail::concat;
using detail::Connector;
using detail::Endpoint;
using detail::RoutePlan;
using Words = std::vector<std::string>;

std::string words_of(const ConnectStep& step) {
    if (const auto* ask = std::get_if<LookUp>(&step)) {
        static constexpr const char* types[] = {"SRV", "A", "AAAA", "system"};
        return concat({"ask ", std::to_string(ask->number), " ",
                       types[static_cast<std::size_t>(ask->type)], " ", ask->name});
    }
    if (const auto* open = std::get_if<OpenConnection>(&step))
        return concat({"open ", std::to_string(open->connection), " ", open->address, " ",
                       std::to_string(open->port)});
    if (const auto* cancel = std::get_if<CancelLookUp>(&step))
        return "cancel " + std::to_string(cancel->number);
    return "close " + std::to_string(std::get<CloseConnection>(step).connection);
}

RoutePlan plan_of(std::string host) {
    return {.host = std::move(host), .limit = std::chrono::seconds{15}};
}

RoutePlan plan_by_srv() {
    auto plan = plan_of("e.test");
    plan.asks_services = true;
    plan.direct_tls_port = 5223;
    return plan;
}

LookUpAnswer addresses(std::vector<std::string> found) { return {.addresses = std::move(found)}; }
LookUpAnswer services(std::vector<SrvRecord> found) { return {.services = std::move(found)}; }
LookUpAnswer none() { return {.error = {Errc::unknown_host, "there is no such name"}}; }
Error refused() { return {Errc::connect_failed, "connection refused"}; }

struct Search {
    explicit Search(RoutePlan plan) : connector(std::move(plan), [] { return 0u; }) {
        connector.begin(now);
    }
    /// What is to be done since the last time.
    Words steps() {
        Words words;
        for (const auto& step : connector.take_steps()) words.push_back(words_of(step));
        return words;
    }
    Words at(std::uint64_t time) {
        now = time;
        connector.tick(now);
        return steps();
    }
    Words answer(unsigned number, const LookUpAnswer& answer) {
        connector.looked_up(number, answer);
        return steps();
    }
    Words end(unsigned connection, const Error& why) {
        connector.ended(connection, why);
        return steps();
    }

    std::uint64_t now = 1000;
    Connector connector;
};

/// The search of e.test, whose SRV questions are answered; what comes of that.
Words answered(Search& search, const LookUpAnswer& direct, const LookUpAnswer& clear) {
    CHECK(search.steps() ==
          Words{"ask 1 SRV _xmpps-client._tcp.e.test", "ask 2 SRV _xmpp-client._tcp.e.test"});
    search.answer(1, direct);
    return search.answer(2, clear);
}

TEST_CASE("an address is connected to, and nobody is asked") {
    for (const auto* host : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]"}) {
        Search search{plan_of(host)};
        const std::string bare = host[0] == '[' ? "2001:db8::1" : host;
        CHECK(search.steps() == Words{"open 1 " + bare + " 5222"});
    }
}

TEST_CASE("an address that refuses is the end, and its error names it") {
    Search search{plan_of("192.0.2.1")};
    search.steps();
    CHECK(search.end(1, refused()).empty());
    CHECK_FALSE(search.connector.searches());
    CHECK_FALSE(search.connector.has_open());
    CHECK(search.connector.error().code == Errc::connect_failed);
    CHECK(search.connector.error().text == "no connection to 192.0.2.1:5222 (connection refused)");
}

TEST_CASE("a name has its addresses tried in turn, IPv6 first, 250 ms apart") {
    Search search{plan_of("host.test")};
    CHECK(search.steps() == Words{"ask 1 AAAA host.test", "ask 2 A host.test"});
    CHECK(search.answer(1, addresses({"2001:db8::1", "2001:db8::2"})) ==
          Words{"open 1 2001:db8::1 5222"});
    CHECK(search.answer(2, addresses({"192.0.2.1", "192.0.2.2"})).empty());
    CHECK(search.connector.deadline() == 1250);
    CHECK(search.at(1249).empty());
    CHECK(search.at(1250) == Words{"open 2 192.0.2.1 5222"});
    CHECK(search.at(1500) == Words{"open 3 2001:db8::2 5222"});
    CHECK(search.at(1750) == Words{"open 4 192.0.2.2 5222"});
}

TEST_CASE("an IPv4 address waits 50 ms for IPv6, and no longer") {
    Search search{plan_of("host.test")};
    search.steps();
    CHECK(search.answer(2, addresses({"192.0.2.1"})).empty());
    CHECK(search.connector.deadline() == 1050);
    SUBCASE("which comes") {
        CHECK(search.answer(1, addresses({"2001:db8::1"})) == Words{"open 1 2001:db8::1 5222"});
    }
    SUBCASE("which there is not") {
        CHECK(search.answer(1, none()) == Words{"open 1 192.0.2.1 5222"});
    }
    SUBCASE("which does not come") { CHECK(search.at(1050) == Words{"open 1 192.0.2.1 5222"}); }
}

TEST_CASE("4.3-1: the next address is tried at once when one refuses") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(1, addresses({"2001:db8::1"}));
    search.answer(2, addresses({"192.0.2.1"}));
    CHECK(search.end(1, refused()) == Words{"open 2 192.0.2.1 5222"});
}

TEST_CASE("4.3-2: an address without a route is passed over, and named when there is no other") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(1, addresses({"2001:db8::1"}));
    search.answer(2, addresses({"192.0.2.1"}));
    const Error unreachable{Errc::connect_failed, "network is unreachable"};
    CHECK(search.end(1, unreachable) == Words{"open 2 192.0.2.1 5222"});
    CHECK(search.end(2, unreachable).empty());
    CHECK(search.connector.error().transient());
    CHECK(search.connector.error().text ==
          "no connection to host.test: [2001:db8::1]:5222 (network is unreachable), "
          "192.0.2.1:5222 (network is unreachable)");
}

TEST_CASE("the next address is held back for a second while one has TCP") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(1, addresses({"2001:db8::1", "2001:db8::2"}));
    search.answer(2, addresses({"192.0.2.1"}));
    search.at(1100);
    search.connector.connected(1);
    CHECK(search.at(2099).empty());
    CHECK(search.at(2100) == Words{"open 2 192.0.2.1 5222"});
    CHECK(search.at(3099).empty());
    SUBCASE("and every other one too") {
        CHECK(search.at(3100) == Words{"open 3 2001:db8::2 5222"});
    }
    SUBCASE("but not when that one fails") {
        search.connector.failed(1, {Errc::tls_failed, "no TLS"});
        CHECK(search.steps() == Words{"close 1", "open 3 2001:db8::2 5222"});
    }
}

TEST_CASE("the others are closed when one is chosen, and look-ups are called off") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(1, addresses({"2001:db8::1", "2001:db8::2"}));
    search.at(1250);
    search.connector.connected(1);
    search.connector.connected(2);
    search.connector.reached(2, Reached::features);
    search.connector.choose(2);
    CHECK(search.steps() == Words{"close 1", "cancel 2"});
    CHECK(search.connector.has_open());
    CHECK_FALSE(search.connector.deadline().has_value());
    CHECK(search.end(1, {}).empty());
    CHECK_FALSE(search.connector.has_open());
    const auto report = search.connector.report();
    CHECK(report.attempts.at(0).reached == Reached::tcp);
    CHECK_FALSE(report.attempts.at(0).error);
    CHECK(report.attempts.at(1).reached == Reached::chosen);
    CHECK(report.took == std::chrono::milliseconds{250});
}

TEST_CASE("4.3-3: an address that is silent is given up after half of the time") {
    Search search{plan_of("192.0.2.1")};
    search.steps();
    CHECK(search.connector.deadline() == 8500);
    CHECK(search.at(8499).empty());
    CHECK(search.at(8500) == Words{"close 1"});
    CHECK(search.connector.error().text ==
          "no connection to 192.0.2.1:5222 (no answer within 7.5 s)");
    CHECK(search.connector.has_open());
    search.end(1, {});
    CHECK_FALSE(search.connector.has_open());
}

TEST_CASE("all that is silent together takes no longer than the limit") {
    Search search{plan_of("host.test")};
    search.steps();
    search.at(5000);
    search.answer(1, none());
    search.answer(2, addresses({"192.0.2.1", "192.0.2.2"}));
    search.at(12500);
    CHECK(search.connector.searches());
    search.at(16000);
    CHECK_FALSE(search.connector.searches());
    CHECK(search.connector.error().code == Errc::timed_out);
    CHECK(search.connector.error().text.starts_with(
        "host.test:5222: no connection within 15 s (Timeouts::connect); tried: 192.0.2.1:5222 "));
}

TEST_CASE("the limit stands still while a connection has TCP") {
    auto plan = plan_of("host.test");
    plan.limit = std::chrono::seconds{2};
    Search search{std::move(plan)};
    search.steps();
    search.answer(1, none());
    search.answer(2, addresses({"192.0.2.1", "192.0.2.2"}));
    search.connector.connected(1);
    CHECK(search.at(2000) == Words{"open 2 192.0.2.2 5222"});
    search.at(9000); // the second is silent
    CHECK(search.connector.searches());
    search.connector.failed(1, {Errc::timed_out, "the TLS handshake took too long"});
    CHECK_FALSE(search.connector.searches()); // nothing is left
    CHECK(
        search.connector.error().text.starts_with("the TLS handshake took too long; also tried: "));
}

TEST_CASE("a search ends, however many servers stand and say nothing") {
    auto plan = plan_of("host.test");
    plan.whole = std::chrono::seconds{60};
    Search search{std::move(plan)};
    search.steps();
    std::vector<std::string> many;
    for (int i = 1; i < 9; ++i) many.push_back("2001:db8::" + std::to_string(i));
    search.answer(1, addresses(many));
    for (auto& each : many) each = "192.0.2." + each.substr(10);
    search.answer(2, addresses(many));
    std::size_t most = 0;
    for (std::uint64_t t = 1000; search.connector.searches() && t < 100'000; t += 50) {
        search.at(t);
        const auto begun = search.connector.report().attempts.size();
        for (unsigned number = 1; number <= begun; ++number) search.connector.connected(number);
        most = std::max(most, begun);
    }
    CHECK(most == Connector::most_at_a_time);
    CHECK(search.now == 61'000);
    CHECK(search.connector.error().code == Errc::timed_out);
    CHECK(search.connector.error().text ==
          "host.test: none of its servers has come as far as a login within 60 s "
          "(Timeouts::login)");
}

TEST_CASE("SRV records of both kinds are one list") {
    Search search{plan_by_srv()};
    const auto asked =
        answered(search, services({{5, 0, 443, "front.test"}, {20, 0, 5223, "b.test"}}),
                 services({{10, 0, 5222, "a.test"}, {5, 0, 5222, "front.test"}}));
    CHECK(asked == Words{"ask 3 AAAA front.test", "ask 4 A front.test", "ask 5 AAAA front.test",
                         "ask 6 A front.test"});
    search.answer(3, none());
    CHECK(search.answer(4, addresses({"192.0.2.1"})) == Words{"open 1 192.0.2.1 443"});
    CHECK(search.connector.is_direct_tls(1));
    search.answer(5, none());
    search.answer(6, addresses({"192.0.2.1"}));
    CHECK(search.at(1250) == Words{"open 2 192.0.2.1 5222"});
    CHECK_FALSE(search.connector.is_direct_tls(2));
}

TEST_CASE("K3: the next priority comes when nothing of the one before is left") {
    Search search{plan_by_srv()};
    answered(search, none(), services({{10, 0, 5222, "a.test"}, {20, 0, 5222, "b.test"}}));
    search.answer(3, none());
    CHECK(search.answer(4, addresses({"192.0.2.1"})) == Words{"open 1 192.0.2.1 5222"});
    CHECK(search.at(6000).empty());
    CHECK(search.end(1, refused()) == Words{"ask 5 AAAA b.test", "ask 6 A b.test"});
    search.answer(5, none());
    CHECK(search.answer(6, addresses({"192.0.2.2"})) == Words{"open 2 192.0.2.2 5222"});
    CHECK(search.end(2, refused()).empty());
    CHECK_FALSE(search.connector.searches()); // RFC 6120 3.2.1: what DNS says is all there is
    CHECK(search.connector.error().text ==
          "no connection to a.test, b.test: 192.0.2.1:5222 (connection refused), 192.0.2.2:5222 "
          "(connection refused)");
}

TEST_CASE("K3: without SRV records the domain itself is tried, on the usual port") {
    for (const auto& answer : {none(), LookUpAnswer{.error = {Errc::timed_out, "silence"}}}) {
        Search search{plan_by_srv()};
        CHECK(answered(search, answer, answer) == Words{"ask 3 AAAA e.test", "ask 4 A e.test"});
        search.answer(3, none());
        CHECK(search.answer(4, addresses({"192.0.2.1"})) == Words{"open 1 192.0.2.1 5222"});
    }
}

TEST_CASE(
    "4.3-5: a name server that is silent is waited for five seconds, then the domain is tried") {
    Search search{plan_by_srv()};
    search.steps();
    CHECK(search.connector.deadline() == 6000);
    CHECK(search.at(6000) == Words{"cancel 1", "cancel 2", "ask 3 AAAA e.test", "ask 4 A e.test"});
    CHECK(search.answer(1, services({{1, 0, 5222, "late.test"}})).empty()); // nobody waits for it
}

TEST_CASE("one service is waited for a second when the other is known") {
    Search search{plan_by_srv()};
    search.steps();
    CHECK(search.answer(1, services({{1, 0, 443, "a.test"}})).empty());
    CHECK(search.connector.deadline() == 2000);
    CHECK(search.at(2000) == Words{"cancel 2", "ask 3 AAAA a.test", "ask 4 A a.test"});
}

TEST_CASE("K2: the target . rules out what it stands for") {
    const auto refusal = services({{0, 0, 0, "."}});
    SUBCASE("direct TLS") {
        Search search{plan_by_srv()};
        CHECK(answered(search, refusal, services({{1, 0, 5222, "a.test"}})) ==
              Words{"ask 3 AAAA a.test", "ask 4 A a.test"});
    }
    SUBCASE("STARTTLS") {
        Search search{plan_by_srv()};
        CHECK(answered(search, services({{1, 0, 443, "a.test"}}), refusal) ==
              Words{"ask 3 AAAA a.test", "ask 4 A a.test"});
        search.answer(3, addresses({"2001:db8::1"}));
        search.answer(4, none());
        search.steps();
        search.end(1, refused());
        CHECK_FALSE(search.connector.searches()); // not the domain, port 5222
    }
    SUBCASE("both") {
        Search search{plan_by_srv()};
        CHECK(answered(search, refusal, refusal).empty());
        CHECK(search.connector.error().code == Errc::service_not_offered);
        CHECK_FALSE(search.connector.error().transient());
    }
    SUBCASE("and falling back to addresses for direct TLS") {
        auto plan = plan_by_srv();
        plan.port = 0;
        Search search{std::move(plan)};
        search.steps();
        CHECK(search.answer(1, refusal).empty());
        CHECK(search.connector.error().code == Errc::service_not_offered);
    }
}

TEST_CASE("who takes direct TLS alone asks for that, and falls back to port 5223") {
    auto plan = plan_by_srv();
    plan.port = 0;
    Search search{std::move(plan)};
    CHECK(search.steps() == Words{"ask 1 SRV _xmpps-client._tcp.e.test"});
    CHECK(search.answer(1, none()) == Words{"ask 2 AAAA e.test", "ask 3 A e.test"});
    search.answer(2, addresses({"2001:db8::1"}));
    CHECK(search.connector.is_direct_tls(1));
}

TEST_CASE("4.3-4: a server without an address is passed over, and named when there is no other") {
    Search search{plan_by_srv()};
    answered(search, none(), services({{10, 0, 5222, "a.test"}}));
    search.answer(3, none());
    search.answer(4, none());
    CHECK(search.connector.error().code == Errc::unknown_host);
    CHECK(search.connector.error().text ==
          "the host a.test, the server of e.test, cannot be resolved: there is no such name");
}

TEST_CASE("a host that a person has named is asked of the system too, a server of SRV is not") {
    Search search{plan_of("printer.local")};
    search.steps();
    search.answer(1, none());
    CHECK(search.answer(2, none()) == Words{"ask 3 system printer.local"});
    CHECK(search.answer(3, addresses({"fe80::1%eth0", "192.0.2.1"})) ==
          Words{"open 1 fe80::1%eth0 5222"});
    CHECK(search.at(1250) == Words{"open 2 192.0.2.1 5222"});
}

TEST_CASE("4.3-4: a name that nobody knows is the end") {
    Search search{plan_of("no.test")};
    search.steps();
    search.answer(1, none());
    search.answer(2, none());
    search.answer(3, none());
    CHECK(search.connector.error().code == Errc::unknown_host);
    CHECK(search.connector.error().text ==
          "the host no.test cannot be resolved: there is no such name");
}

TEST_CASE("K4: of a thousand records and addresses a few are used") {
    Search search{plan_by_srv()};
    LookUpAnswer many;
    for (unsigned i = 0; i < 1000; ++i)
        many.services.push_back({static_cast<std::uint16_t>(i / 500), 0, 5222, "h.test"});
    CHECK(answered(search, none(), many).size() == 2 * 32);
    LookUpAnswer crowd;
    for (unsigned i = 0; i < 250; ++i) crowd.addresses.push_back("192.0.2." + std::to_string(i));
    for (unsigned number = 3; number < 3 + 64; ++number) search.connector.looked_up(number, crowd);
    for (std::uint64_t t = 1250; t < 20'000; t += 250) search.at(t);
    CHECK(search.connector.report().attempts.size() == 8); // each address once
}

TEST_CASE("K4: a record without a port is not used") {
    Search search{plan_by_srv()};
    CHECK(answered(search, none(), services({{1, 0, 0, "a.test"}, {2, 0, 5222, "b.test"}})) ==
          Words{"ask 3 AAAA b.test", "ask 4 A b.test"});
}

TEST_CASE("where a server has sent us is tried first, and then the way that leads there always") {
    auto plan = plan_by_srv();
    plan.first = Endpoint{"192.0.2.9", 5222, false};
    Search search{std::move(plan)};
    CHECK(search.steps() == Words{"open 1 192.0.2.9 5222"});
    CHECK(search.end(1, refused()) ==
          Words{"ask 1 SRV _xmpps-client._tcp.e.test", "ask 2 SRV _xmpp-client._tcp.e.test"});
}

TEST_CASE("K1: the server that another one names is tried next, in its place") {
    Search search{plan_of("192.0.2.1")};
    search.steps();
    search.connector.connected(1);
    search.connector.redirected(1, {"192.0.2.9", 5222, false},
                                {Errc::stream_failed, "see-other-host"});
    CHECK(search.steps() == Words{"close 1", "open 2 192.0.2.9 5222"});
    CHECK(search.connector.searches());
}

TEST_CASE("a connection that nobody was told to open is not opened, and not waited for") {
    Search search{plan_of("192.0.2.1")};
    search.connector.stop();
    CHECK_FALSE(search.connector.has_open());
    CHECK(search.steps().empty());
}

TEST_CASE("H6: what comes after the end is ignored") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(2, addresses({"192.0.2.1"}));
    search.at(1050);
    search.connector.stop();
    CHECK(search.steps() == Words{"close 1", "cancel 1"});
    search.connector.looked_up(1, addresses({"2001:db8::1"}));
    search.connector.connected(1);
    search.connector.failed(1, refused());
    search.connector.tick(99'000);
    CHECK(search.steps().empty());
    CHECK_FALSE(search.connector.error());
    search.connector.ended(1, refused());
    CHECK_FALSE(search.connector.has_open());
}

TEST_CASE("time that nobody could use counts for no deadline of a search (A11)") {
    Search asks{plan_of("host.test")};
    asks.steps();
    const auto first = asks.connector.deadline();
    REQUIRE(first);
    asks.now += 60'000;
    asks.connector.wait_longer(60'000);
    CHECK(asks.at(asks.now).empty()); // no question is called off
    CHECK(asks.connector.deadline() == *first + 60'000);
    asks.answer(1, none());
    CHECK(asks.answer(2, addresses({"192.0.2.1", "192.0.2.2"})) == Words{"open 1 192.0.2.1 5222"});

    Search opens{plan_of("192.0.2.1")};
    opens.steps();
    opens.now += 60'000;
    opens.connector.wait_longer(60'000);
    CHECK(opens.at(opens.now).empty());
    CHECK(opens.connector.searches());
    CHECK(opens.connector.deadline() == opens.now + 7'500); // half of the limit
}

TEST_CASE("a connection that fails for all ends the search, and closes the others") {
    Search search{plan_of("host.test")};
    search.steps();
    search.answer(1, addresses({"2001:db8::1", "2001:db8::2"}));
    search.answer(2, addresses({"192.0.2.1"}));
    search.connector.connected(1);
    CHECK(search.at(2000) == Words{"open 2 192.0.2.1 5222"});
    const Error why{Errc::pin_mismatch, "another key"};
    search.connector.failed_for_all(1, why);
    CHECK(search.steps() == Words{"close 1", "close 2"});
    CHECK_FALSE(search.connector.searches());
    CHECK(search.connector.error().code == Errc::pin_mismatch);
    CHECK(search.connector.error().text == "another key");
    CHECK(search.connector.report().attempts[0].error.code == Errc::pin_mismatch);
    CHECK_FALSE(search.connector.report().attempts[1].error);
    search.connector.failed_for_all(2, refused()); // it is over
    CHECK(search.connector.error().code == Errc::pin_mismatch);
}

TEST_CASE("the report is one line for each question and attempt") {
    Search search{plan_of("host.test")};
    search.steps();
    search.now = 1020;
    search.connector.tick(1020);
    search.answer(1, none());
    search.answer(2, addresses({"192.0.2.1"}));
    search.connector.tick(1030);
    search.connector.connected(1);
    search.connector.failed(1, {Errc::certificate_rejected, "the certificate is another's"});
    CHECK(search.connector.report().text() ==
          "host.test (AAAA): there is no such name, after 0.02 s\n"
          "host.test (A): 1 found, after 0.02 s\n"
          "host.test (192.0.2.1:5222), begun after 0.02 s: TCP, after 0.01 s: the certificate is "
          "another's\n");
}

} // namespace
} // namespace headstock::test
