// Pins and the program's decision on a real loop, over real sockets: what a client of a program is
// told, and that it may end while it is asked.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace {

using headstock::AsyncClient, headstock::Errc, headstock::ServerCertificate,
    headstock::TrustDecision;
using support::ScriptedServer, support::ServerSide;
using namespace std::chrono_literals;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// STARTTLS, the handshake as far as it comes, and whatever the client says then.
void shake_hands_and_listen(ServerSide& side) {
    support::LoginServer login{{.starttls = true}};
    side.say(login.receive(side.hear(">")));
    side.say(login.receive(side.hear(">")));
    side.handshake();
    side.hear_end();
}

// A server whose certificate nobody has signed.
headstock::test::Identity of_nobody() {
    headstock::test::Wanted wanted;
    wanted.names = {headstock::test::dns_name("e.test")};
    return headstock::test::self_signed(wanted);
}

struct Visitor {
    void ready(AsyncClient& client) { client.stop(); }
};

} // namespace

TEST_CASE("A11: a client on its loop logs in by a certificate that its program has accepted") {
    ScriptedServer server{&support::log_in_and_leave, of_nobody()};
    auto options = server.options();
    options.timeouts.tls = 1s;
    options.decide_certificate = [](const ServerCertificate& shown) {
        CHECK(shown.names().size() == 1);
        std::this_thread::sleep_for(1200ms); // which counts for no time-out
        return TrustDecision::accept;
    };
    AsyncClient client{"romeo@e.test", "secret", options};
    Visitor visitor;
    client.register_handler(visitor);
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
}

TEST_CASE("A11: a client on its loop may be stopped, or destroyed, while its program is asked") {
    for (const bool destroys : {false, true}) {
        CAPTURE(destroys);
        ScriptedServer server{&shake_hands_and_listen, of_nobody()};
        std::unique_ptr<AsyncClient> client;
        auto options = server.options();
        options.decide_certificate = [&](const ServerCertificate&) {
            destroys ? client.reset() : client->stop();
            return TrustDecision::accept; // too late
        };
        client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options);
        const auto error = client->run();
        if (destroys)
            CHECK(error.code == std::errc::operation_canceled);
        else
            CHECK_MESSAGE(!error, error.message());
        server.finish();
        CHECK_FALSE(contains(server.heard(), "<auth"));
    }
}

TEST_CASE("pins: a client on its loop ends by a mismatch, and says no more to anybody") {
    ScriptedServer server{&shake_hands_and_listen};
    auto options = server.options();
    options.pins = {"sha256//" + std::string(43, 'A') + "="};
    options.reconnect = headstock::Backoff{.before_first_session = true};
    AsyncClient client{"romeo@e.test", "secret", options};
    const auto error = client.run();
    CHECK(error.code == Errc::pin_mismatch);
    CHECK(contains(error.text, "the server of e.test shows none of Options::pins: its key is "));
    server.finish();
    CHECK_FALSE(contains(server.heard(), "<auth"));
}
