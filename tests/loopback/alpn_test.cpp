// Which protocol a ClientHello names (ALPN), over real sockets.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using headstock::AsyncClient, headstock::Errc, headstock::Tls;
using support::ScriptedServer, support::ServerSide;
using namespace std::string_view_literals;

constexpr auto extension = "\0\x10\0\x0e\0\x0c\x0bxmpp-client"sv; // RFC 7301 3.1

// What a server with these protocols of its own hears of a client that logs in and leaves.
struct Met {
    bool offered = false;
    bool named = false; ///< any ALPN extension at all
    std::string chosen{};
    headstock::Error error{};
};

Met meet(Tls tls, std::vector<std::string> served) {
    Met met;
    ScriptedServer server{[&](ServerSide& side) {
        const bool direct = tls == Tls::direct;
        const auto look = [&] {
            met.offered = side.tls().client_hello().find(extension) != std::string::npos;
            met.named = side.tls().client_hello().find("xmpp-") != std::string::npos;
            met.chosen = side.tls().alpn();
        };
        if (direct) side.handshake({.alpn = served});
        if (direct) look();
        if (direct && !side.tls().established()) return;
        side.login({.starttls = !direct});
        look();
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    auto options = server.options();
    options.tls = tls;
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Visitor {
        void ready(AsyncClient& client) { client.stop(); }
    } visitor;
    client.register_handler(visitor);
    met.error = client.run();
    CHECK(server.finish() == "");
    return met;
}

} // namespace

TEST_CASE("ALPN: direct TLS offers xmpp-client, and a server takes it (issue 9.18)") {
    const auto met = meet(Tls::direct, {"h2", "xmpp-client"});
    CHECK_MESSAGE(!met.error, met.error.message());
    CHECK(met.offered);
    CHECK(met.chosen == "xmpp-client");
}

TEST_CASE("ALPN: a server that knows nothing of it is accepted (issue 9.18)") {
    const auto met = meet(Tls::direct, {});
    CHECK_MESSAGE(!met.error, met.error.message());
    CHECK(met.offered);
    CHECK(met.chosen.empty());
}

TEST_CASE("ALPN: a server for something else is one clear line (issue 9.18)") {
    const auto met = meet(Tls::direct, {"http/1.1"});
    CHECK(met.error.code == Errc::tls_failed);
    CHECK(met.error.condition == "no_application_protocol");
    CHECK_MESSAGE(met.error.message().find("another protocol than xmpp-client (ALPN)") !=
                      std::string::npos,
                  met.error.message());
}

TEST_CASE("ALPN: STARTTLS offers none, since it has said what is spoken (issue 9.18)") {
    const auto met = meet(Tls::required, {});
    CHECK_MESSAGE(!met.error, met.error.message());
    CHECK_FALSE(met.named);
}

TEST_CASE("ALPN: a component offers none, since no specification names one (issue 9.18)") {
    bool named = true;
    ScriptedServer server{[&](ServerSide& side) {
        side.handshake();
        named = side.tls().client_hello().find("xmpp-") != std::string::npos;
        side.hear(">");
        side.close();
    }};
    auto options = server.component_options();
    options.tls = headstock::ComponentTls::direct;
    headstock::AsyncComponent component{"e.test", "secret", options};
    CHECK(component.run());
    CHECK_FALSE(named);
}
