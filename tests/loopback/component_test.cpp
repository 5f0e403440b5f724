// AsyncComponent on a real loop over real sockets: in clear, inside TLS, and its end in every
// place.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace {

using bridge::Element, bridge::Tag;
using headstock::AsyncComponent, headstock::ComponentOptions, headstock::ComponentTls,
    headstock::Errc;
using support::ScriptedServer, support::ServerSide;

// SHA-1 of id and secret, "3BF96D32test": the example of XEP-0114.
constexpr std::string_view proof =
    "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>";

void accept(ServerSide& side) {
    side.hear("to='e.test'>");
    side.say("<stream:stream xmlns='jabber:component:accept' from='e.test' id='3BF96D32' "
             "xmlns:stream='http://etherx.jabber.org/streams'>");
    side.hear(proof);
    side.say("<handshake/>");
}

void echo_once(ServerSide& side) {
    accept(side);
    side.say("<message from='a@x/r' to='b@e.test' type='chat' id='1'><body>hello</body></message>");
    side.hear("</message></stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

struct Echo {
    AsyncComponent& component;

    Element body(const Element& body, const Tag& message) {
        component.post([this] { component.stop(); }); // after what is returned
        return headstock::reply_to(message).set("id", "2").add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Echo, on<&self::body>("message/body"))

// The echo session; everything the server heard in it.
std::string echoed(ScriptedServer& server, const ComponentOptions& options) {
    AsyncComponent component{"e.test", "test", options};
    Echo echo{component};
    component.register_handler(echo);
    const auto error = component.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    return server.heard();
}

// Destroys the component where it is told to.
struct Destroyer {
    std::unique_ptr<AsyncComponent>& component;
    std::string_view where;
    int calls_afterwards = 0;

    void at(std::string_view place) {
        if (!component) ++calls_afterwards;
        if (place == where) component.reset();
    }
    void ready(AsyncComponent&) { at("ready"); }
    void stopping() { at("stopping"); }
    void cleanup() { at("cleanup"); }
    void terminated() { at("terminated"); }
    void body(const Tag&) { at("nested row"); }
    Element message(const Element& message, const Tag& stanza) {
        at("row");
        CHECK(message.child("body").text() == "hello"); // what was borrowed lives until we return
        return headstock::reply_to(stanza);
    }
};
HEADSTOCK_HANDLERS(Destroyer, on<&self::body>("message/body"), on<&self::message>("message"))

} // namespace

TEST_CASE("component: in clear to loopback by default, an echo from the address asked, stop") {
    ScriptedServer server{echo_once};
    const auto heard = echoed(server, server.component_options());
    CHECK(heard.substr(heard.find("<message")) ==
          "<message to='a@x/r' from='b@e.test' type='chat' id='2'><body>hello</body></message>"
          "</stream:stream>");
}

TEST_CASE("component: direct TLS, with a certificate for its domain") {
    ScriptedServer server{[](ServerSide& side) {
        side.handshake();
        echo_once(side);
    }};
    auto options = server.component_options();
    options.tls = ComponentTls::direct;
    CHECK(echoed(server, options).starts_with("<?xml"));
}

TEST_CASE(
    "component: direct TLS with the certificate of another domain: not a byte is said inside") {
    ScriptedServer server{[](ServerSide& side) { side.handshake(); }};
    auto options = server.component_options();
    options.tls = ComponentTls::direct;
    AsyncComponent component{"bot.e.test", "test", options};
    CHECK(component.run().code == Errc::certificate_rejected);
    server.finish();
    CHECK(server.heard() == "");
}

TEST_CASE("component: a wrong secret is one clear line") {
    ScriptedServer server{[](ServerSide& side) {
        side.hear("to='e.test'>");
        side.say("<stream:stream xmlns='jabber:component:accept' from='e.test' id='3BF96D32' "
                 "xmlns:stream='http://etherx.jabber.org/streams'>");
        side.hear("</handshake>");
        side.say("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error></stream:stream>");
        side.hear_end();
    }};
    AsyncComponent component{"e.test", "wrong", server.component_options()};
    const auto error = component.run();
    CHECK(error.code == Errc::not_authorized);
    CHECK(error.message() == "127.0.0.1:" + std::to_string(server.port()) +
                                 ": login refused: not-authorized (wrong secret, or the server "
                                 "knows no component e.test)");
    CHECK(server.finish() == "");
    CHECK(server.heard().find(proof) == std::string::npos);
}

TEST_CASE("component: stop and post from another thread") {
    ScriptedServer server{[](ServerSide& side) {
        accept(side);
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncComponent component{"e.test", "test", server.component_options()};
    std::thread other;
    struct Ready {
        AsyncComponent& component;
        std::thread& other;
        bool posted = false;
        void ready() {
            other = std::thread{[this] {
                component.post([this] { posted = true; });
                component.stop();
            }};
        }
    } ready{component, other};
    component.register_handler(ready);
    CHECK_FALSE(component.run());
    other.join();
    CHECK(ready.posted);
    CHECK(server.finish() == "");
}

TEST_CASE("component: it may be destroyed in any callback, and run() gives operation_canceled") {
    for (const auto* where : {"ready", "nested row", "row", "stopping", "cleanup", "terminated"}) {
        CAPTURE(where);
        ScriptedServer server{[](ServerSide& side) {
            accept(side);
            side.say(
                "<message from='a@x' to='e.test'><body>hello</body></message></stream:stream>");
            side.hear_end();
        }};
        auto component =
            std::make_unique<AsyncComponent>("e.test", "test", server.component_options());
        Destroyer destroyer{component, where};
        component->register_handler(destroyer);
        CHECK(component->run().code == std::errc::operation_canceled);
        CHECK(component == nullptr);
        CHECK(destroyer.calls_afterwards == 0);
    }
}

TEST_CASE("component: what cannot be used is told before any connection") {
    AsyncComponent component{"b@e.test", "test"};
    CHECK(component.start().code == Errc::invalid_jid);
    CHECK(component.error().code == Errc::invalid_jid);
}
