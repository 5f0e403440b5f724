// A client that looks for its server: what it does with what it finds.
#include "headstock/testing/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace headstock::test {
namespace {

using namespace std::chrono_literals;
using testing::Handshake;
using testing::Network;
using testing::Place;
using testing::Server;
using testing::StartTls;

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A server that wants STARTTLS.
Server::Settings starttls() { return {.starttls = StartTls::offered}; }
Place good() { return {.settings = starttls()}; }

/// example.org with one server, xmpp.example.org, and what was published of it.
void publish(Network& network, std::vector<std::string> addresses) {
    network.add_record("_xmpp-client._tcp.example.org", RecordType::srv,
                       {.services = {{.port = 5222, .target = "xmpp.example.org"}}});
    network.add_record("xmpp.example.org", RecordType::a, {.addresses = std::move(addresses)});
}

bool has_session(Network& network) { return !network.client().jid().is_bare(); }

/// What a stream error has inside that sends its client to 192.0.2.`last`.
std::string see_other_host(int last) {
    return "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>192.0.2." +
           std::to_string(last) + "</see-other-host>";
}
/// The end of the stream by it.
std::string sent_to(int last) {
    return "<stream:error>" + see_other_host(last) + "</stream:error></stream:stream>";
}
/// Sends its clients there before they log in.
Place elsewhere(int last) {
    auto place = good();
    place.settings.stream_error = see_other_host(last);
    return place;
}

std::string message_of(Network& network, std::size_t attempt) {
    return network.client().connect_report().attempts.at(attempt).error.message();
}

} // namespace

TEST_CASE("a client finds its server by SRV, and the report says how") {
    Network network;
    publish(network, {"192.0.2.1"});
    network.add_place("192.0.2.1", 5222, {.delay = 40ms, .settings = starttls()});
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.client().connect_report().text() ==
          "_xmpps-client._tcp.example.org (SRV): there is no such name, after 0 s\n"
          "_xmpp-client._tcp.example.org (SRV): 1 found, after 0 s\n"
          "xmpp.example.org (AAAA): there is no such name, after 0 s\n"
          "xmpp.example.org (A): 1 found, after 0 s\n"
          "xmpp.example.org (192.0.2.1:5222), begun after 0 s: chosen, after 0.04 s\n");
}

TEST_CASE("direct TLS is used where DNS says so, and the port is its own") {
    Network network;
    network.add_record("_xmpps-client._tcp.example.org", RecordType::srv,
                       {.services = {{.port = 443, .target = "xmpp.example.org"}}});
    network.add_record("xmpp.example.org", RecordType::aaaa, {.addresses = {"2001:db8::1"}});
    network.add_place("2001:db8::1", 443, {});
    network.find_server();
    CHECK(has_session(network));
    const auto report = network.client().connect_report();
    REQUIRE(report.attempts.size() == 1);
    CHECK(report.attempts[0].direct_tls);
    CHECK_FALSE(contains(network.connections()[0].written, "<starttls"));
}

TEST_CASE("A16: direct TLS that fails is not tried in clear on the same port") {
    Network network;
    network.add_record("_xmpps-client._tcp.example.org", RecordType::srv,
                       {.services = {{.port = 443, .target = "xmpp.example.org"}}});
    network.add_record("xmpp.example.org", RecordType::a, {.addresses = {"192.0.2.1"}});
    network.add_place("192.0.2.1", 443, {.settings = {.handshake = Handshake::alert}});
    network.find_server();
    CHECK(network.client().error().code == Errc::tls_failed);
    for (const auto& each : network.connections()) {
        if (each.port == 443) CHECK(each.written.empty());
    }
}

TEST_CASE("4.3-6: a server of one mode that fails leaves the other") {
    Network network;
    network.add_record("_xmpps-client._tcp.example.org", RecordType::srv,
                       {.services = {{.port = 443, .target = "xmpp.example.org"}}});
    publish(network, {"192.0.2.1"});
    network.add_place("192.0.2.1", 443, {.settings = {.handshake = Handshake::alert}});
    network.add_place("192.0.2.1", 5222, good());
    network.find_server();
    CHECK(has_session(network));
}

TEST_CASE("4.3-8: IPv6 that is broken leaves IPv4") {
    for (const auto answer :
         {Place::Answer::refuses, Place::Answer::is_silent, Place::Answer::is_mute}) {
        Network network;
        publish(network, {"192.0.2.1"});
        network.add_record("xmpp.example.org", RecordType::aaaa, {.addresses = {"2001:db8::1"}});
        network.add_place("2001:db8::1", 5222, {.answer = answer});
        network.add_place("192.0.2.1", 5222, good());
        network.find_server();
        CHECK(has_session(network));
        const auto waited = answer == Place::Answer::refuses     ? 0ms
                            : answer == Place::Answer::is_silent ? 250ms
                                                                 : 1000ms;
        CHECK(network.now() == waited);
    }
}

TEST_CASE("a slow server is overtaken, and its password stays unshown") {
    Network network;
    publish(network, {"192.0.2.1", "192.0.2.2"});
    network.add_place("192.0.2.1", 5222, {.settings = starttls(), .latency = 3s});
    network.add_place("192.0.2.2", 5222, good());
    network.find_server();
    CHECK(has_session(network));
    REQUIRE(network.connections().size() == 2);
    CHECK_FALSE(contains(network.connections()[0].written, "<auth"));
    CHECK(network.client().connect_report().attempts[1].reached == Reached::chosen);
    CHECK(network.connections()[0].open); // until it is closed the client ticks on
    network.pass(10ms);
    CHECK_FALSE(network.connections()[0].open);
}

TEST_CASE("a certificate that is not the right one is not the end while there is another server") {
    Network network;
    publish(network, {"192.0.2.1", "192.0.2.2"});
    auto wrong = good();
    wrong.settings.handshake = Handshake::certificate_rejected;
    network.add_place("192.0.2.1", 5222, wrong);
    network.add_place("192.0.2.2", 5222, good());
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.client().connect_report().attempts[0].error.code == Errc::certificate_rejected);
}

TEST_CASE("a server without a way to log in is not chosen") {
    Network network;
    publish(network, {"192.0.2.1", "192.0.2.2"});
    auto anonymous = good();
    anonymous.settings.anonymous = true;
    network.add_place("192.0.2.1", 5222, anonymous);
    network.add_place("192.0.2.2", 5222, good());
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.client().connect_report().attempts[0].error.code == Errc::no_mechanism);
}

TEST_CASE("when nothing is left the error is that of the attempt that came furthest") {
    Network network;
    publish(network, {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
    auto wrong = good();
    wrong.settings.handshake = Handshake::certificate_rejected;
    network.add_place("192.0.2.2", 5222, wrong);
    network.find_server();
    const auto& error = network.client().error();
    CHECK(error.code == Errc::certificate_rejected);
    CHECK(
        error.text.starts_with("xmpp.example.org (192.0.2.2:5222): the server's certificate is "));
    CHECK(contains(error.text, "; also tried: 192.0.2.1:5222 (connection refused), 192.0.2.3:5222 "
                               "(connection refused)"));
}

TEST_CASE("the log says which connection its lines are about") {
    Network network;
    std::vector<std::string> lines;
    network.client().set_log([&](std::string_view line) { lines.emplace_back(line.substr(25)); });
    publish(network, {"192.0.2.1", "192.0.2.2"});
    network.add_place("192.0.2.1", 5222, {.settings = starttls(), .latency = 2s});
    network.add_place("192.0.2.2", 5222, {.settings = starttls(), .latency = 700ms});
    network.find_server();
    REQUIRE(has_session(network));
    const auto has = [&](std::string_view line) {
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    };
    CHECK(lines.front() == "-- connected to xmpp.example.org (192.0.2.1:5222)");
    CHECK(has("-- connected to xmpp.example.org (192.0.2.2:5222)"));
    CHECK(has("-- on the connection to xmpp.example.org (192.0.2.2:5222):"));
}

TEST_CASE("stop while the server is looked for ends without a connection") {
    Network network;
    network.add_silence("_xmpp-client._tcp.example.org", RecordType::srv);
    network.client().after(1s, [&] { network.client().stop(); });
    network.find_server();
    CHECK(network.client().over());
    CHECK_FALSE(network.client().error());
    CHECK(network.now() == 1s);
}

TEST_CASE("stop while connections are made closes all of them") {
    Network network;
    publish(network, {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
    network.add_place("192.0.2.1", 5222, {.answer = Place::Answer::is_silent});
    network.add_place("192.0.2.2", 5222, {.answer = Place::Answer::is_mute});
    network.add_place("192.0.2.3", 5222, {.answer = Place::Answer::is_silent});
    network.client().after(2s, [&] { network.client().stop(); });
    network.find_server();
    CHECK(network.client().over());
    CHECK_FALSE(network.client().error());
    REQUIRE(network.connections().size() == 3);
    for (const auto& each : network.connections()) CHECK_FALSE(each.open);
    CHECK(contains(network.connections()[1].written, "</stream:stream>"));
}

TEST_CASE("with reconnect a search that fails is followed by another") {
    Options options;
    options.reconnect = Backoff{.before_first_session = true};
    Network network{options};
    network.find_server();
    CHECK_FALSE(network.client().over());
    publish(network, {"192.0.2.1"});
    network.add_place("192.0.2.1", 5222, good());
    for (int i = 0; i < 100 && !network.wants_connection(); ++i) network.pass(1s);
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.connections().back().number == 1); // none was opened before
}

TEST_CASE("K1: a server that sends us elsewhere is followed inside TLS, three times") {
    Network network;
    publish(network, {"192.0.2.1"});
    for (int i = 1; i <= 4; ++i)
        network.add_place("192.0.2." + std::to_string(i), 5222, elsewhere(i + 1));
    SUBCASE("and reached") {
        network.add_place("192.0.2.4", 5222, good());
        network.find_server();
        CHECK(has_session(network));
        CHECK(network.connections().size() == 4);
    }
    SUBCASE("and no further") {
        network.add_place("192.0.2.5", 5222, good());
        network.find_server();
        CHECK(network.client().error().code == Errc::stream_failed);
        CHECK(network.client().error().condition == "see-other-host");
        CHECK(network.connections().size() == 4);
    }
}

TEST_CASE("K1: servers that send us on before the login and behind it are counted together") {
    Network network;
    publish(network, {"192.0.2.1"});
    network.add_place("192.0.2.1", 5222, elsewhere(2));
    network.add_place("192.0.2.2", 5222, good());
    network.add_place("192.0.2.3", 5222, elsewhere(4));
    network.add_place("192.0.2.4", 5222, good());
    network.add_place("192.0.2.5", 5222, good());
    network.client().set_log([&](std::string_view line) {
        if (line.find("<auth") == line.npos) return; // to the second and the fourth
        const auto last = network.connections().size();
        network.server(network.connections().back().number)
            .says(sent_to(static_cast<int>(last) + 1));
    });
    network.find_server();
    for (int i = 0; i < 10 && network.wants_connection(); ++i) network.find_server();
    CHECK_FALSE(has_session(network));
    CHECK(network.connections().size() == 4);
    CHECK(network.client().error().message() ==
          "192.0.2.4:5222: the server ended the stream: see-other-host: the server says "
          "\"192.0.2.5\"; it is not followed, after three others in a row");
}

TEST_CASE("K1: a server that sends us on in a session is followed, after three before it") {
    Options options;
    options.reconnect = Backoff{};
    Network network{options};
    publish(network, {"192.0.2.1"});
    for (int i = 1; i <= 3; ++i)
        network.add_place("192.0.2." + std::to_string(i), 5222, elsewhere(i + 1));
    network.add_place("192.0.2.4", 5222, good());
    network.add_place("192.0.2.5", 5222, good());
    network.find_server();
    REQUIRE(has_session(network));
    network.server(network.connections().back().number).says(sent_to(5));
    for (int i = 0; i < 100 && !network.wants_connection(); ++i) network.pass(1s);
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.connections().size() == 5);
}

TEST_CASE("K1: a search that begins at our own server counts anew") {
    Options options;
    options.reconnect = Backoff{.before_first_session = true};
    Network network{options};
    publish(network, {"192.0.2.1"});
    for (int i = 1; i <= 3; ++i)
        network.add_place("192.0.2." + std::to_string(i), 5222, elsewhere(i + 1));
    auto busy = good();
    busy.settings.sasl_failure = "temporary-auth-failure";
    network.add_place("192.0.2.4", 5222, busy);
    network.find_server();
    CHECK(network.connections().size() == 4);
    CHECK_FALSE(has_session(network));
    network.add_place("192.0.2.4", 5222, good());
    for (int i = 0; i < 100 && !network.wants_connection(); ++i) network.pass(1s);
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.connections().size() == 8);
}

TEST_CASE("K1: the error says whether the server that another one names is followed") {
    constexpr std::string_view said = "xmpp.example.org (192.0.2.1:5222): the server ended the "
                                      "stream: see-other-host: the server "
                                      "says \"192.0.2.2\"";
    Options options;
    SUBCASE("it is, and cannot be reached") {
        Network network{options};
        publish(network, {"192.0.2.1"});
        network.add_place("192.0.2.1", 5222, elsewhere(2));
        network.find_server();
        CHECK(message_of(network, 0) == std::string{said} + "; the client follows it");
    }
    SUBCASE("a session that comes back says nothing of it, since it is not known yet") {
        options.reconnect = Backoff{};
        Network network{options};
        publish(network, {"192.0.2.1"});
        network.add_place("192.0.2.1", 5222, good());
        struct Losses {
            std::vector<std::string> told{};
            void connection_lost(const Error& why) { told.push_back(why.message()); }
        };
        Losses losses;
        network.client().register_handler(losses);
        network.find_server();
        network.server(1).says(sent_to(2));
        network.pass(1s);
        CHECK(losses.told == std::vector<std::string>{
                                 "the server ended the stream: see-other-host: the server says "
                                 "\"192.0.2.2\""});
    }
    SUBCASE("a session that does not come back does not follow it") {
        Network network{options};
        publish(network, {"192.0.2.1"});
        network.add_place("192.0.2.1", 5222, good());
        network.find_server();
        network.server(1).says(sent_to(2));
        network.pass(1s);
        CHECK(network.client().error().message() ==
              "the server ended the stream: see-other-host: the server says \"192.0.2.2\"; set "
              "Options::hostname to follow it");
    }
    SUBCASE("nor does one that no certificate speaks for") {
        options.insecure_skip_verification = true;
        Network network{options};
        publish(network, {"192.0.2.1"});
        network.add_place("192.0.2.1", 5222, elsewhere(2));
        network.find_server();
        CHECK(message_of(network, 0) == std::string{said} + "; set Options::hostname to follow it");
    }
}

TEST_CASE("K1: a server that sends us elsewhere before TLS is not followed") {
    Network network;
    publish(network, {"192.0.2.1"});
    Place place;
    place.settings.stream_error = see_other_host(2);
    network.add_place("192.0.2.1", 5222, place);
    network.add_place("192.0.2.2", 5222, good());
    network.find_server();
    CHECK(network.client().error().other_host == "192.0.2.2");
    CHECK(network.connections().size() == 1);
}

TEST_CASE(
    "K1: a server that sends a session elsewhere, or would like it elsewhere, is followed once") {
    constexpr std::string_view wish = "<enabled xmlns='urn:xmpp:sm:3' id='1' resume='true' "
                                      "location='192.0.2.9:15222'/>";
    constexpr std::string_view order =
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
        "192.0.2.9:15222</see-other-host></stream:error></stream:stream>";
    for (const auto said : {wish, order}) {
        CAPTURE(std::string{said});
        Options options;
        options.reconnect = Backoff{};
        Network network{options};
        publish(network, {"192.0.2.1"});
        auto place = good();
        place.settings.extra_features = "<sm xmlns='urn:xmpp:sm:3'/>";
        network.add_place("192.0.2.1", 5222, place);
        network.find_server();
        REQUIRE(has_session(network));
        network.server(1).says(said);
        network.pass(1s);
        if (said == wish) network.cut(1);
        std::vector<std::string> ways;
        for (int search = 0; search < 2; ++search) {
            for (int i = 0; i < 1000 && !network.wants_connection(); ++i) network.pass(1s);
            network.add_place("192.0.2.1", 5222, {.answer = Place::Answer::refuses});
            network.find_server();
            ways.push_back(network.connections().back().address);
        }
        CHECK(network.connections()[1].address == "192.0.2.9");
        CHECK(network.connections()[1].port == 15222);
        CHECK(ways == std::vector<std::string>{"192.0.2.1", "192.0.2.1"});
        CHECK(network.connections().size() == 4); // there and here, and then here
    }
}

TEST_CASE("K1: nor one whose certificate nobody has looked at") {
    Options options;
    options.insecure_skip_verification = true;
    Network network{options};
    publish(network, {"192.0.2.1"});
    network.add_place("192.0.2.1", 5222, elsewhere(2));
    network.find_server();
    CHECK(network.connections().size() == 1);
}

TEST_CASE("K5: a name server that lies brings about a refused certificate, and no login") {
    Network network;
    publish(network, {"192.0.2.66"});
    auto wrong = good();
    wrong.settings.handshake = Handshake::certificate_rejected;
    network.add_place("192.0.2.66", 5222, wrong);
    network.find_server();
    CHECK(network.client().error().code == Errc::certificate_rejected);
    CHECK_FALSE(contains(network.connections()[0].written, "<auth"));
}

TEST_CASE("a host and a port that are given are all there is") {
    Options options;
    options.hostname = "192.0.2.7";
    options.port = 15222;
    Network network{options};
    network.add_place("192.0.2.7", 15222, good());
    network.find_server();
    CHECK(has_session(network));
    CHECK(network.client().connect_report().look_ups.empty());
}

TEST_CASE("of localhost the system is asked, and no name server (RFC 6761 6.3)") {
    for (const std::string host : {"localhost", "LocalHost", "localhost.", "xmpp.localhost"}) {
        CAPTURE(host);
        Options options;
        options.hostname = host;
        Network network{options};
        network.add_record(host, RecordType::system, {.addresses = {"::1", "127.0.0.1"}});
        network.add_place("127.0.0.1", 5222, good());
        network.find_server();
        CHECK(has_session(network));
        REQUIRE(network.client().connect_report().look_ups.size() == 1);
        CHECK(network.client().connect_report().look_ups[0].type == "system");
    }
    Network network{{}, 1, "romeo@localhost"};
    network.find_server();
    CHECK_FALSE(has_session(network));
    for (const auto& each : network.client().connect_report().look_ups)
        CHECK(each.type == "system");
}

TEST_CASE("names that only look like localhost are asked of name servers") {
    for (const std::string host : {"localhost.example.org", "mylocalhost", "ocalhost"}) {
        CAPTURE(host);
        Options options;
        options.hostname = host;
        Network network{options};
        network.add_record(host, RecordType::a, {.addresses = {"192.0.2.7"}});
        network.add_place("192.0.2.7", 5222, good());
        network.find_server();
        CHECK(has_session(network));
    }
}

} // namespace headstock::test
