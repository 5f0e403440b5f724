// AsyncClient on a real loop, over real sockets and real TLS, against scripts.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using bridge::Element, bridge::Tag;
using headstock::AsyncClient, headstock::Errc, headstock::Error, headstock::Options;
using support::ScriptedServer, support::ServerSide;

// Every hook, in order, and what it was told.
struct Witness {
    std::vector<std::string> seen{};
    Error why{};

    void ready() { seen.emplace_back("ready"); }
    void stopping(const Error& error) {
        seen.emplace_back("stopping");
        why = error;
    }
    void cleanup() { seen.emplace_back("cleanup"); }
    void terminated() { seen.emplace_back("terminated"); }
};
using Seen = std::vector<std::string>;

struct Echo {
    Element body(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Echo, on<&self::body>("message@type=chat/body"))

// Up to the answer to <starttls/>.
void proceed_to_tls(ServerSide& side) {
    support::LoginServer login{{.starttls = true}};
    side.say(login.receive(side.hear(">")));
    side.say(login.receive(side.hear(">")));
}

void shake_hands_and_listen(ServerSide& side) {
    proceed_to_tls(side);
    side.handshake();
    side.hear_end();
}

} // namespace

TEST_CASE("a session: login over TLS, an echo, stop: presence, stream end, no error") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        side.say("<message from='juliet@e.test/b' type='chat' id='1'><body>hello</body></message>");
        side.hear("<body>hello</body></message>");
        side.say("<message from='juliet@e.test/b' type='chat' id='2'><body>bye</body></message>");
        side.hear("<presence type='unavailable'/></stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    Witness witness;
    Echo echo;
    client.register_handler(witness);
    client.register_handler(echo);
    client.on("message/body", [&](const Element& body) {
        if (body.text() == "bye") client.stop();
    });
    CHECK(client.send_stanza(headstock::presence())); // before the session: it waits
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    CHECK(witness.seen == Seen{"ready", "stopping", "cleanup", "terminated"});
    CHECK(client.jid().str() == "romeo@e.test/r");
    CHECK(client.unsent().empty());
}

TEST_CASE("a certificate that is not for this server: the reason, and no byte of <auth") {
    struct Wrong {
        const char* what;
        headstock::test::Wanted wanted;
        const char* reason;
    };
    const Wrong wrongs[] = {
        {"expired", {.begins = "20200101000000", .ends = "20200201000000"}, "expired"},
        {"not yet valid", {.begins = headstock::test::days_from_now(5)}, "clock"},
        {"another host", {.names = {headstock::test::dns_name("wrong.test")}}, "wrong.test"},
    };
    for (const auto& wrong : wrongs) {
        CAPTURE(wrong.what);
        ScriptedServer server{&shake_hands_and_listen, ScriptedServer::identity(wrong.wanted)};
        AsyncClient client{"romeo@e.test", "secret", server.options()};
        Witness witness;
        client.register_handler(witness);
        const auto error = client.run();
        CHECK(error.code == Errc::certificate_rejected);
        CHECK_MESSAGE(error.message().find(wrong.reason) != std::string::npos, error.message());
        server.finish();
        CHECK(server.heard().find("<auth") == std::string::npos);
        CHECK(witness.seen == Seen{"stopping", "cleanup", "terminated"});
    }
}

TEST_CASE("A8: a certificate for the host that we connect to is none for the JID's domain") {
    ScriptedServer server{&shake_hands_and_listen,
                          ScriptedServer::identity({.names = {headstock::test::ip_address(
                                                        std::string_view{"\x7f\0\0\1", 4})}})};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    const auto error = client.run();
    CHECK(error.code == Errc::certificate_rejected);
    CHECK_MESSAGE(error.message().find("e.test") != std::string::npos, error.message());
    server.finish();
    CHECK(server.heard().find("<auth") == std::string::npos);
}

TEST_CASE("nobody listens: the address and the reason") {
    Options options;
    options.hostname = "127.0.0.1";
    options.port = headstock::test::closed_port();
    options.tls = headstock::Tls::disabled;
    AsyncClient client{"romeo@e.test", "secret", options};
    Witness witness;
    client.register_handler(witness);
    const auto error = client.run();
    CHECK(error.message().find("127.0.0.1:" + std::to_string(options.port)) != std::string::npos);
    CHECK(error.message().find("refused") != std::string::npos);
    CHECK(witness.seen == Seen{"stopping", "cleanup", "terminated"});
    CHECK(witness.why.message() == error.message());
}

TEST_CASE("silence: given up within the deadline, with the address") {
    ScriptedServer server{[](ServerSide& side) { side.hear_end(); }};
    auto options = server.options();
    options.timeouts.stream = std::chrono::milliseconds{50};
    AsyncClient client{"romeo@e.test", "secret", options};
    const auto error = client.run();
    CHECK(error.code == Errc::timed_out);
    CHECK(error.message().find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
}

TEST_CASE("a TLS handshake that stalls is given up within the deadline") {
    ScriptedServer server{[](ServerSide& side) {
        proceed_to_tls(side);
        side.hear_end();
    }};
    auto options = server.options();
    options.timeouts.tls = std::chrono::milliseconds{50};
    AsyncClient client{"romeo@e.test", "secret", options};
    const auto error = client.run();
    CHECK(error.code == Errc::timed_out);
    CHECK(error.message().find("TLS handshake") != std::string::npos);
}

TEST_CASE("an answer that is not XMPP is shown") {
    ScriptedServer server{[](ServerSide& side) {
        side.say("SSH-2.0-OpenSSH_9.2\r\n");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    const auto error = client.run();
    CHECK(error.code == Errc::not_xmpp);
    CHECK(error.message().find("SSH-2.0") != std::string::npos);
}

TEST_CASE("the server is gone in the middle: all hooks, and what was not written is named") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        side.reset();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    Witness witness;
    client.register_handler(witness);
    client.send_stanza(headstock::presence());
    client.on("presence", [](const Tag&) {});
    struct AfterTheEnd {
        AsyncClient& client;
        void stopping() {
            sent = client.send_stanza(headstock::message("juliet@e.test", "too late"));
        }
        headstock::Delivery sent{};
    } after{client};
    client.register_handler(after);
    const auto error = client.run();
    CHECK(error);
    CHECK(witness.seen == Seen{"ready", "stopping", "cleanup", "terminated"});
    CHECK(witness.why.code == error.code);
    CHECK_FALSE(after.sent);
    CHECK(after.sent.error.code == Errc::session_over);
}

TEST_CASE("a server that reads nothing: stop() is bounded, and says what was not written") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        std::this_thread::sleep_for(std::chrono::milliseconds{400});
    }};
    auto options = server.options();
    options.timeouts.stop = std::chrono::milliseconds{100};
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Flood {
        void ready(AsyncClient& client) {
            const std::string much(1u << 20, 'x');
            for (int i = 0; i < 12; ++i)
                client.send_stanza(headstock::message("juliet@e.test", much));
            client.stop();
        }
    } flood;
    client.register_handler(flood);
    const auto error = client.run();
    CHECK(error);
    CHECK_MESSAGE(error.message().find("not written: message to juliet@e.test") !=
                      std::string::npos,
                  error.message());
    CHECK_FALSE(client.unsent().empty());
}

TEST_CASE("stop() while connecting, and before run(), ends at once and calls every hook") {
    for (const bool before : {true, false}) {
        CAPTURE(before);
        headstock::test::Listener listener;
        Options options;
        options.hostname = "127.0.0.1";
        options.port = listener.port();
        options.tls = headstock::Tls::disabled;
        AsyncClient client{"romeo@e.test", "secret", options};
        Witness witness;
        client.register_handler(witness);
        if (before) client.stop();
        if (!before) client.post([&] { client.stop(); });
        CHECK_FALSE(client.run());
        CHECK(witness.seen == Seen{"stopping", "cleanup", "terminated"});
    }
}

TEST_CASE("malformed JIDs and unreadable CA files are told before any connection") {
    AsyncClient no_jid{"a@b@c", "secret", {}};
    Witness witness;
    no_jid.register_handler(witness);
    const auto error = no_jid.run();
    CHECK(error.code == Errc::invalid_jid);
    CHECK(error.message().find("domain") != std::string::npos);
    CHECK(witness.seen == Seen{"stopping", "cleanup", "terminated"});

    Options options;
    options.ca_file = "/nowhere/ca.pem";
    AsyncClient no_ca{"a@e.test", "secret", options};
    CHECK(no_ca.run().message().find("/nowhere/ca.pem") != std::string::npos);
    CHECK(no_ca.run().code == Errc::already_started); // a client is one session
}
