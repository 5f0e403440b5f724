// The session itself: cuts, sizes, ends, alerts, and what it refuses to negotiate.
#include "headstock/base_client.hpp"
#include "tests/support/tls_link.hpp"

#include <doctest/doctest.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/version.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using headstock::detail::TlsContext;
using headstock::detail::TlsSession;
using Status = headstock::detail::TlsSession::Status;
using Newest = headstock::test::TlsServerOptions::Newest;

namespace {

struct World {
    Identity root = make_authority();
    TemporaryFile file{root.certificate};
    std::shared_ptr<const TlsContext> context{};
    Identity server{};

    World() {
        Error error;
        context = TlsContext::make({.ca_file = file.path()}, error);
        REQUIRE_MESSAGE(context, error.message());
        Wanted wanted;
        wanted.names = {dns_name("localhost"), ip_address({"\x7f\0\0\1", 4})};
        server = signed_by(root, wanted);
    }
};

World& world() {
    static World one;
    return one;
}

TlsServerOptions shown(Newest newest = Newest::any) {
    return {.identity = world().server, .newest = newest};
}

void establish(TlsLink& link) {
    const auto status = link.shake();
    REQUIRE_MESSAGE(status == Status::established, link.client.error().message());
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
    return text;
}

// Of a record that holds a ClientHello (RFC 5246 6.2.1, 7.4.1.2).
std::vector<int> suites_in(const std::string& record) {
    const auto byte = [&](std::size_t at) {
        return static_cast<int>(static_cast<unsigned char>(record.at(at)));
    };
    std::size_t at = 5 + 4 + 2 + 32;              // headers, version, random
    at += 1 + static_cast<std::size_t>(byte(at)); // session
    std::vector<int> suites;
    const auto end = at + 2 + static_cast<std::size_t>(byte(at) * 256 + byte(at + 1));
    for (at += 2; at < end; at += 2) suites.push_back(byte(at) * 256 + byte(at + 1));
    return suites;
}

Status feed(TlsSession& client, std::string_view wire) {
    client.receive(wire);
    return client.handshake();
}

} // namespace

TEST_CASE("A14: text goes both ways whatever the cut of the reads") {
    const auto text = pattern(100'000);
    for (const std::size_t cut : std::vector<std::size_t>{0, 1, 2, 5, 1000, 16389}) {
        CAPTURE(cut);
        TlsLink link{world().context, "localhost", shown()};
        link.cut = cut;
        establish(link);
        CHECK_FALSE(link.client.write(text));
        link.carry_to_server();
        CHECK(link.server.received() == text);
        link.server.write(text); // seven records
        link.server.write("and a little one");
        CHECK(link.deliver() == Status::want_input);
        CHECK(link.plain == text + "and a little one");
    }
}

TEST_CASE("a write makes one record, and takes off what the peer can read of it") {
    const auto text = pattern(100'000);
    for (const auto newest : {Newest::tls_1_2, Newest::any}) {
        TlsLink link{world().context, "localhost", shown(newest)};
        establish(link);
        CAPTURE(link.client.protocol_version());
        std::string_view rest{text};
        while (!rest.empty()) {
            REQUIRE_FALSE(link.client.write_record(rest));
            const auto& wire = link.client.output();
            REQUIRE(wire.size() > 5); // RFC 8446 5.1: type, version, length
            CHECK(wire.size() == 5u + static_cast<unsigned char>(wire[3]) * 256u +
                                     static_cast<unsigned char>(wire[4]));
            link.carry_to_server();
            CHECK(link.server.received() + std::string{rest} == text);
        }
    }
}

TEST_CASE("plaintext behind the last byte of the handshake is not lost") {
    TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
    auto status = link.client.handshake();
    while (!link.server.established()) {
        REQUIRE(status == Status::want_input);
        link.carry_to_server();
        if (link.server.established()) link.server.write("early bird");
        link.client.receive(std::exchange(link.server.output(), {}));
        status = link.client.handshake();
    }
    CHECK(status == Status::established);
    CHECK(link.client.read(link.plain) == Status::want_input);
    CHECK(link.plain == "early bird");
}

TEST_CASE("two receives before a read are both kept") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.deliver();
    link.server.write("one");
    const auto first = std::exchange(link.server.output(), {});
    link.server.write("two");
    const auto second = std::exchange(link.server.output(), {});
    link.client.receive(first.substr(0, 7));
    link.client.receive(first.substr(7));
    link.client.receive(second);
    CHECK(link.client.read(link.plain) == Status::want_input);
    CHECK(link.plain == "onetwo");
}

TEST_CASE("nothing is read or written before the handshake is done") {
    TlsLink link{world().context, "localhost", shown()};
    CHECK(link.client.write("<auth").code == Errc::session_over);
    CHECK(link.client.read(link.plain) == Status::want_input);
    CHECK(link.client.output().empty());
    link.client.handshake();
    CHECK(link.client.write("<auth").code == Errc::session_over);
    CHECK(link.client.output().find("<auth") == std::string::npos);
    CHECK(link.client.protocol_version().empty());
    CHECK(link.client.cipher().empty());
    establish(link);
    CHECK(link.client.handshake() == Status::established);
    CHECK(link.server.received().empty());
}

TEST_CASE("A8: SNI is the domain without its dot and never an IP literal") {
    TlsLink named{world().context, "LocalHost.", shown()};
    establish(named);
    CHECK(named.server.server_name() == "LocalHost");
    TlsLink literal{world().context, "127.0.0.1", shown()};
    establish(literal);
    CHECK(literal.server.server_name().empty());
    TlsLink labels{world().context, "xn--bcher-kva.example", shown()};
    labels.shake();
    CHECK(labels.server.server_name() == "xn--bcher-kva.example");
    for (const auto* six : {"::1", "[::1]"}) {
        TlsLink other{world().context, six, shown()};
        other.shake();
        CHECK(other.server.server_name().empty());
        CHECK(other.server.client_hello().find("::1") == std::string::npos);
    }
}

TEST_CASE("ALPN is offered and a server without it is accepted") {
    auto options = shown();
    options.alpn = {"xmpp-server", "xmpp-client"};
    TlsLink link{world().context, "localhost", options, {"xmpp-client"}};
    establish(link);
    CHECK(link.server.alpn() == "xmpp-client");
    TlsLink silent{world().context, "localhost", shown(), {"xmpp-client"}};
    establish(silent);
    CHECK(silent.server.alpn().empty());
}

TEST_CASE("ALPN: a server that takes none of ours says so, and the error says what was asked "
          "(issue 9.18)") {
    auto options = shown();
    options.alpn = {"http/1.1", "h2"};
    TlsLink link{world().context, "localhost", options, {"xmpp-client"}};
    link.shake();
    const auto alert = std::exchange(link.server.output(), {});
    CHECK(feed(link.client, alert) == Status::failed);
    CHECK(link.client.error().condition == "no_application_protocol");
    CHECK(link.client.error().text ==
          "the server ended TLS with the alert no_application_protocol; this port is for "
          "another protocol than xmpp-client (ALPN)");
}

TEST_CASE("ALPN: a server that picks what was not offered is refused (issue 9.18)") {
    auto options = shown(Newest::tls_1_2);
    options.alpn = {"xmpp-client"};
    TlsLink link{world().context, "localhost", options, {"xmpp-client"}};
    link.client.handshake();
    link.carry_to_server();
    auto& flight = link.server.output();
    const auto chosen = flight.find("xmpp-client");
    REQUIRE(chosen != std::string::npos);
    flight[chosen] = 'y';
    CHECK(feed(link.client, flight) == Status::failed);
    CHECK(link.client.error().code == Errc::tls_failed);
    CHECK_MESSAGE(link.client.error().text.find(
                      "perhaps this port is for another protocol than xmpp-client (ALPN)") !=
                      std::string::npos,
                  link.client.error().text);
    CHECK_FALSE(link.server.established());
}

TEST_CASE("close_notify instead of a handshake is told by its name (issue 9.6)") {
    TlsSession client{world().context, "localhost"};
    client.handshake();
    CHECK(feed(client, std::string{'\x15', '\x03', '\x03', '\0', '\2', '\1', '\0'}) ==
          Status::failed);
    CHECK(client.error().code == Errc::tls_failed);
    CHECK(client.error().condition == "close_notify");
}

TEST_CASE("TLS 1.2 or later with forward secrecy and AEAD") {
    TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
    establish(link);
    CHECK(link.client.protocol_version() == "TLSv1.2");
    CHECK(link.client.cipher() == "TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256");
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    TlsLink newest{world().context, "localhost", shown()};
    establish(newest);
    CHECK(newest.client.protocol_version() == "TLSv1.3");
    CHECK(newest.client.cipher() == "TLS1-3-CHACHA20-POLY1305-SHA256");
#else
    TlsLink old{world().context, "localhost", shown(Newest::tls_1_1)};
    CHECK(old.shake() == Status::failed);
    CHECK(old.client.error().code == Errc::tls_failed);
    CHECK_FALSE(old.server.established());
#endif
}

TEST_CASE("the cipher suites of a ClientHello are those that are named, in this order") {
    const std::vector<std::pair<int, std::string>> registered{
        // by IANA
        {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
        {0x1302, "TLS_AES_256_GCM_SHA384"},
        {0x1301, "TLS_AES_128_GCM_SHA256"},
        {0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
        {0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
        {0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
        {0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
        {0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
        {0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
        {0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"}, // no suite: RFC 5746 3.3
    };
    std::vector<std::string> wanted;
    for (const auto& [number, name] : registered) {
        if (number > 0x13FF || number < 0x1300 || MBEDTLS_VERSION_NUMBER >= 0x03000000)
            wanted.push_back(name);
    }
    TlsSession client{world().context, "localhost"};
    client.handshake();
    std::vector<std::string> offered;
    for (const int number : suites_in(client.output())) {
        const auto known = std::find_if(registered.begin(), registered.end(),
                                        [&](const auto& suite) { return suite.first == number; });
        offered.push_back(known == registered.end() ? std::to_string(number) : known->second);
    }
    CHECK(offered == wanted);
}

TEST_CASE("a server that has only weak suites gets no handshake") {
    for (const int suite : {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
                            MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
                            MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}) {
        auto options = shown(Newest::tls_1_2);
        options.suites = {suite};
        TlsLink link{world().context, "localhost", options};
        link.shake();
        auto wire = std::exchange(link.server.output(), {});
        CHECK(feed(link.client, wire) == Status::failed);
        CHECK(link.client.error().condition == "handshake_failure");
        CHECK_FALSE(link.server.established());
    }
}

TEST_CASE("A13: a renegotiation is refused and the session goes on") {
    TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
    establish(link);
    link.deliver();
    link.server.renegotiate();
    CHECK(link.deliver() == Status::want_input);
    CHECK_FALSE(link.client.output().empty()); // the alert no_renegotiation
    link.client.output().clear();
    link.server.write("still here");
    CHECK(link.deliver() == Status::want_input);
    CHECK(link.plain == "still here");
}

// To such a server somebody on the way may say something first, of which what the client says is
// then the end (CVE-2009-3555): a password becomes the text of a stranger's message.
TEST_CASE("A13: a server that knows no secure renegotiation (RFC 5746) gets no handshake") {
    TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
    link.client.handshake();
    link.carry_to_server();
    auto hello = std::exchange(link.server.output(), {});
    const std::string says_so{"\xff\x01\x00\x01\x00", 5}; // renegotiation_info, of nothing
    const auto at = hello.find(says_so);
    REQUIRE(at != hello.npos);
    hello.replace(at, 2, "\xff\x7e"); // an extension that nobody knows
    CHECK(feed(link.client, hello) == Status::failed);
    CHECK(link.client.error().code == Errc::tls_failed);
    CHECK(link.client.output() == std::string{"\x15\x03\x03\x00\x02\x02\x28", 7}); // the alert
}

TEST_CASE(
    "who asks for a new handshake again and again is refused, and the session ends (issue 9.4)") {
    TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
    establish(link);
    link.deliver();
    for (int i = 0; i < 4; ++i) {
        link.server.renegotiate();
        CHECK(link.deliver() == Status::want_input);
    }
    const auto refused = link.client.output().size();
    for (int i = 0; i < 10'000; ++i) link.server.renegotiate();
    link.server.write("too late");
    CHECK(link.deliver() == Status::failed);
    CHECK(link.client.output().size() == refused);
    CHECK(link.plain.empty());
    CHECK(link.client.error().code == Errc::tls_failed);
    CHECK(link.client.error().text == "the server asks again and again for a new TLS handshake "
                                      "(renegotiation), which is refused");
}

TEST_CASE("nothing can be written behind the server's close_notify but our own (issue 9.6)") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.server.close();
    CHECK(link.deliver() == Status::closed);
    const auto error = link.client.write("nobody reads this");
    CHECK(error.code == Errc::connection_lost);
    CHECK(error.text == "the server has closed TLS, nothing more can be sent");
    CHECK(link.client.output().empty());
    link.client.close();
    link.carry_to_server();
    CHECK(link.server.closed());
    CHECK(link.server.received().empty());
    CHECK(link.client.write("x").code == Errc::connection_lost);
}

TEST_CASE("close_notify from the server is a clean end, and nothing behind it is read") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.server.write("bye");
    link.server.close();
    auto wire = std::exchange(link.server.output(), {});
    wire += "junk";
    link.client.receive(wire);
    link.client.receive_end();
    CHECK(link.client.read(link.plain) == Status::closed);
    CHECK(link.plain == "bye");
    CHECK_FALSE(link.client.error());
    CHECK(link.client.read(link.plain) == Status::closed);
}

TEST_CASE("our close_notify is sent once and reading goes on") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    CHECK_FALSE(link.client.write("last words"));
    link.client.close();
    link.client.close();
    CHECK(link.client.write("more").code == Errc::session_over);
    link.carry_to_server();
    CHECK(link.server.received() == "last words");
    CHECK(link.server.closed());
    link.server.write("farewell");
    link.server.close();
    CHECK(link.deliver() == Status::closed);
    CHECK(link.plain == "farewell");
}

TEST_CASE("an end without close_notify is a truncation") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.deliver();
    link.server.write("whole");
    link.server.write("cut off");
    auto wire = std::exchange(link.server.output(), {});
    wire.pop_back();
    link.client.receive(wire);
    CHECK(link.client.read(link.plain) == Status::want_input);
    link.client.receive_end();
    CHECK(link.client.read(link.plain) == Status::failed);
    CHECK(link.plain == "whole");
    CHECK(link.client.error().code == Errc::connection_lost);
    CHECK(link.client.write("x").code == Errc::connection_lost);
}

TEST_CASE("an end during the handshake is told as that") {
    TlsLink link{world().context, "localhost", shown()};
    CHECK(link.client.handshake() == Status::want_input);
    link.client.receive_end();
    CHECK(link.client.handshake() == Status::failed);
    CHECK(link.client.error().code == Errc::connection_lost);
    CHECK(link.client.error().text == "the connection ended during the TLS handshake");
}

TEST_CASE("A13: a fatal alert is told by its name") {
    struct {
        char number;
        const char* name;
    } const rows[] = {{40, "handshake_failure"},        {70, "protocol_version"},
                      {80, "internal_error"},           {112, "unrecognized_name"},
                      {120, "no_application_protocol"}, {99, "alert 99"}};
    for (const auto& row : rows) {
        TlsSession client{world().context, "localhost"};
        client.handshake();
        const std::string alert{'\x15', '\x03', '\x03', '\0', '\2', '\2', row.number};
        CHECK(feed(client, alert) == Status::failed);
        CHECK(client.error().code == Errc::tls_failed);
        CHECK(client.error().condition == row.name);
        CHECK(client.error().text ==
              std::string{"the server ended TLS with the alert "} + row.name);
    }
}

TEST_CASE("an alert about one of our records is told by its name") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.deliver();
    CHECK_FALSE(link.client.write("hello"));
    link.client.output().back() ^= 1;
    link.carry_to_server();
    CHECK(link.deliver() == Status::failed);
    CHECK(link.client.error().condition == "bad_record_mac");
    CHECK(link.client.write("x").code == Errc::tls_failed);
}

TEST_CASE("a forged record ends the session and gives no plaintext") {
    TlsLink link{world().context, "localhost", shown()};
    establish(link);
    link.deliver();
    link.server.write("hello");
    link.server.output().back() ^= 1;
    CHECK(link.deliver() == Status::failed);
    CHECK(link.plain.empty());
    CHECK(link.client.error().code == Errc::tls_failed);
    CHECK_FALSE(link.client.output().empty()); // our alert
}

TEST_CASE("a server that does not speak TLS") {
    TlsSession client{world().context, "localhost"};
    client.handshake();
    CHECK(feed(client, "HTTP/1.1 400 Bad Request\r\n\r\n") == Status::failed);
    CHECK(client.error().code == Errc::tls_failed);
    CHECK(client.handshake() == Status::failed);
    CHECK(client.write("x"));
}

TEST_CASE("no changed byte of the server's first flight gets through") {
    for (std::size_t at = 0;; at += 41) {
        TlsLink link{world().context, "localhost", shown(Newest::tls_1_2)};
        link.client.handshake();
        link.carry_to_server();
        auto& flight = link.server.output();
        if (at >= flight.size()) break;
        flight[at] = static_cast<char>(flight[at] ^ 0x20);
        CHECK(link.shake() != Status::established);
        CHECK_FALSE(link.server.established());
    }
}

TEST_CASE("one context serves many threads") {
    std::atomic<int> established{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&established] {
            for (int round = 0; round < 5; ++round) {
                TlsLink link{world().context, "localhost", shown()};
                if (link.shake() == Status::established) ++established;
            }
        });
    }
    threads.clear();
    CHECK(established == 20);
}

TEST_CASE("the same file is loaded once while it is in use, and again when it was changed") {
    const TemporaryFile file{world().root.certificate};
    Error error;
    auto first = TlsContext::make({.ca_file = file.path()}, error);
    CHECK(first);
    CHECK(TlsContext::make({.ca_file = file.path()}, error) == first);
    const auto other = make_authority("CN=some other CA");
    std::ofstream{file.path()} << world().root.certificate << other.certificate;
    const auto second = TlsContext::make({.ca_file = file.path()}, error);
    CHECK(second);
    CHECK(second != first);
    std::filesystem::last_write_time(file.path(), std::filesystem::last_write_time(file.path()) +
                                                      std::chrono::seconds{2});
    CHECK(TlsContext::make({.ca_file = file.path()}, error) != second);
    const std::weak_ptr<const TlsContext> watched = first;
    first.reset();
    CHECK(watched.expired());
}

TEST_CASE("where nothing is verified there is one context too") {
    Error error;
    const auto first = TlsContext::make({.insecure_skip_verification = true}, error);
    CHECK(first);
    CHECK(TlsContext::make({.insecure_skip_verification = true}, error) == first);
}

TEST_CASE("a process has one store of authorities whatever the number of its clients") {
    const TemporaryFile file{world().root.certificate};
    Error error;
    const auto store = TlsContext::make({.ca_file = file.path()}, error);
    REQUIRE(store);
    headstock::Options options;
    options.ca_file = file.path();
    std::vector<std::unique_ptr<headstock::BaseClient>> clients;
    for (long count = 2; count < 10; ++count) {
        clients.push_back(
            std::make_unique<headstock::BaseClient>("romeo@e.test", "secret", options));
        CHECK_FALSE(clients.back()->check());
        CHECK(store.use_count() == count);
    }
}

TEST_CASE("a file of authorities that cannot be used is named with the reason") {
    const TemporaryFile empty{""};
    const TemporaryFile junk{"these are not the certificates"};
    const TemporaryFile broken{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
    struct {
        std::string path;
        std::string reason;
    } const rows[] = {{"/nonexistent/ca.pem", "cannot be read: No such file or directory"},
                      {"/tmp", "cannot be read: Is a directory"},
                      {empty.path(), "is empty"},
                      {junk.path(), "holds no certificate that can be read"},
                      {broken.path(), "holds no certificate that can be read"}};
    for (const auto& row : rows) {
        Error error;
        CHECK_FALSE(TlsContext::make({.ca_file = row.path}, error));
        CHECK(error.code == Errc::invalid_option);
        CAPTURE(error.text);
        CHECK(error.text.find(row.path + " " + row.reason) != std::string::npos);
    }
}

TEST_CASE("the system's own authorities do not know ours") {
    Error error;
    const auto context = TlsContext::make({}, error);
    if (!context) { // a machine without ca-certificates must be told so
        CHECK(error.text.find("ca_file") != std::string::npos);
        return;
    }
    TlsLink link{context, "localhost", shown()};
    CHECK(link.shake() == Status::failed);
    CHECK(link.client.error().code == Errc::certificate_rejected);
}
