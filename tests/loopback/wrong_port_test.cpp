// What a user is told who connects in clear to a port for TLS from the first byte: by its silence,
// or by its alert.
#include "headstock/async_client.hpp"
#include "headstock/async_component.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using headstock::AsyncClient, headstock::AsyncComponent, headstock::Errc, headstock::Error;
using support::ScriptedServer, support::ServerSide;

constexpr std::string_view advice =
    "; nothing came before: if this port is for TLS from the first byte, set Options::tls to "
    "Tls::direct";

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

struct Met {
    Error error;
    std::string address;
};

// How a client with the default of Options::tls ends.
Met meet(const ScriptedServer::Script& script) {
    ScriptedServer server{script};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    auto error = client.run();
    return {std::move(error), "127.0.0.1:" + std::to_string(server.port())};
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
    return found;
}

} // namespace

TEST_CASE("wrong port: one that resets a clear stream without a byte is told as perhaps for TLS") {
    const auto met = meet([](ServerSide& side) {
        side.hear(">");
        side.reset();
    });
    CHECK(met.error.code);
    CHECK_MESSAGE(met.error.message().ends_with(advice), met.error.message());
}

TEST_CASE("wrong port: the same where it closes") {
    const auto met = meet([](ServerSide& side) {
        side.hear(">");
        side.close();
    });
    CHECK(met.error.code == Errc::connection_lost);
    CHECK(met.error.message() == "the connection to " + met.address +
                                     " was closed by the other side" + std::string{advice});
}

TEST_CASE("wrong port: an alert of TLS is known, and none of its bytes is shown") {
    const auto met = meet([](ServerSide& side) {
        side.hear(">");
        side.say({"\x15\x03\x01\x00\x02\x02\x16", 7});
        side.close();
    });
    CHECK(met.error.code == Errc::not_xmpp);
    CHECK(met.error.message() == met.address + ": what answers speaks TLS from the first byte; set "
                                               "Options::tls to Tls::direct");
}

TEST_CASE("wrong port: who has said a byte, or speaks inside TLS, is not taken for one") {
    const auto spoke = meet([](ServerSide& side) {
        side.hear(">");
        side.say("<");
        side.close();
    });
    CHECK(spoke.error.code == Errc::connection_lost);
    CHECK_FALSE(contains(spoke.error.message(), "Tls::direct"));
    const auto inside = meet([](ServerSide& side) {
        support::LoginServer login{{.starttls = true}};
        side.say(login.receive(side.hear(">")));
        side.say(login.receive(side.hear(">")));
        side.handshake();
        side.hear(">");
        side.close();
    });
    CHECK(inside.error.code == Errc::connection_lost);
    CHECK_FALSE(contains(inside.error.message(), "Tls::direct"));
}

TEST_CASE("wrong port: a component is told of its own option") {
    ScriptedServer server{[](ServerSide& side) {
        side.hear(">");
        side.close();
    }};
    AsyncComponent component{"e.test", "test", server.component_options()};
    CHECK(component.run().message().ends_with("set ComponentOptions::tls to ComponentTls::direct"));
}

TEST_CASE("an error of a login names the address, and names it once") {
    const std::string header = "<stream:stream xmlns='jabber:client' "
                               "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
    for (const std::string& said :
         {std::string{}, std::string{"HTTP/1.1 400"}, std::string{"<html>"}, header,
          header + "<stream:features/>", header + "</stream:stream>"}) {
        CAPTURE(said);
        const auto met = meet([&](ServerSide& side) {
            side.hear(">");
            side.say(said);
            side.close();
        });
        CHECK_MESSAGE(count(met.error.message(), met.address) == 1, met.error.message());
    }
}
