// The ends of a connection inside TLS, over real sockets: each is noticed, at once, and told as it
// was.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace {

using headstock::AsyncClient, headstock::Errc, headstock::Error;
using support::ScriptedServer, support::ServerSide;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// What run() gives for a client that is logged in when `end` happens, and never stops by itself.
Error after_login(const ScriptedServer::Script& end) {
    ScriptedServer server{[&](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        end(side);
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    struct Visitor {
        void ready(AsyncClient& client) { client.send_stanza(headstock::presence()); }
    } visitor;
    client.register_handler(visitor);
    auto error = client.run();
    CHECK(server.finish() == "");
    return error;
}

} // namespace

TEST_CASE("TLS ends: close_notify with the socket left open (issue 9.6)") {
    bool answered = false;
    const auto error = after_login([&](ServerSide& side) {
        side.tls().close();
        side.flush();
        CHECK(side.hear_end() == ""); // the client's FIN: within half a minute, or this throws
        answered = side.tls().closed();
    });
    CHECK(answered);
    CHECK(error.code == Errc::connection_lost);
    CHECK(error.text ==
          "the server ended TLS without ending the session; what was sent last may be lost");
}

TEST_CASE("TLS ends: FIN behind close_notify (issue 9.6)") {
    const auto error = after_login([](ServerSide& side) {
        side.tls().close();
        side.flush();
        side.close();
    });
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "the server ended TLS without ending the session"));
}

TEST_CASE("A12: FIN in the middle of a stanza inside TLS") {
    const auto error = after_login([](ServerSide& side) {
        side.say("<message from='juliet@e.test/b'><body>I will n");
        side.close();
    });
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "without close_notify of TLS; data may be truncated"));
}

TEST_CASE("A12: FIN between stanzas, without close_notify") {
    const auto error = after_login([](ServerSide& side) {
        side.say("<message from='juliet@e.test/b'><body>whole</body></message>");
        side.close();
    });
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "was closed by the other side, without close_notify of TLS"));
}

TEST_CASE("TLS ends: a reset") {
    const auto error = after_login([](ServerSide& side) { side.reset(); });
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "the connection to 127.0.0.1"));
    CHECK(contains(error.text, "without close_notify of TLS; data may be truncated"));
}

TEST_CASE("A12: FIN behind the end of the stream is clean, without close_notify too") {
    for (const bool notified : {true, false}) {
        CAPTURE(notified);
        ScriptedServer server{[=](ServerSide& side) {
            side.login();
            side.hear("</stream:stream>");
            side.say("</stream:stream>");
            if (notified) side.tls().close();
            side.flush();
            side.close();
        }};
        AsyncClient client{"romeo@e.test", "secret", server.options()};
        struct Visitor {
            void ready(AsyncClient& client) { client.stop(); }
        } visitor;
        client.register_handler(visitor);
        const auto error = client.run();
        CHECK_MESSAGE(!error, error.message());
        CHECK(server.finish() == "");
    }
}

TEST_CASE("A12: FIN in the middle of the handshake is told as that") {
    ScriptedServer server{[](ServerSide& side) {
        support::LoginServer login{{.starttls = true}};
        side.say(login.receive(side.hear(">")));
        side.say(login.receive(side.hear(">")));
        while (side.peer().receive().empty())
            std::this_thread::sleep_for(std::chrono::milliseconds{1}); // its ClientHello
        side.close();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    const auto error = client.run();
    CHECK_MESSAGE(contains(error.text, " was closed by the other side during the TLS handshake"),
                  error.text);
}

TEST_CASE("TLS ends: close_notify before the stream begins is no way to log in") {
    ScriptedServer server{[](ServerSide& side) {
        side.hear("version='1.0'>");
        side.say("<stream:stream xmlns='jabber:client' "
                 "xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0' "
                 "from='e.test'><stream:features>"
                 "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
        side.hear("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        side.say("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        side.handshake();
        side.tls().close();
        side.flush();
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    const auto error = client.run();
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "the server ended TLS without ending the session"));
    CHECK(server.finish() == "");
    CHECK_FALSE(contains(server.heard(), "<auth"));
}
