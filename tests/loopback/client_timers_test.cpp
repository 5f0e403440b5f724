// Timers and events of an AsyncClient: the loop wakes for them, from wherever they come.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

using namespace std::chrono_literals;
using headstock::AsyncClient;
using support::ScriptedServer, support::ServerSide;

namespace {

// Logs the client in and takes its leave.
void serve(ServerSide& side) {
    side.login();
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

struct Called {
    std::thread::id on;
};

} // namespace

TEST_CASE("timers: the loop wakes for them when nothing else happens") {
    ScriptedServer server{&serve};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    int ticks = 0;
    client.on_event([&](const headstock::SessionStarted&) {
        client.every(1ms, [&] {
            if (++ticks == 5) client.after(1ms, [&] { client.stop(); });
        });
    });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(ticks >= 5);
    CHECK(server.finish() == "");
}

TEST_CASE("timers: one set while the client connects does not move the deadline of connecting") {
    ScriptedServer server{&serve};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    bool early = false;
    client.after(0ms, [&] { early = !client.ready(); });
    client.on_event([&](const headstock::SessionStarted&) { client.stop(); });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(early);
    CHECK(server.finish() == "");
}

TEST_CASE("timers: one that is due at once may destroy the client before it connects") {
    headstock::Options options;
    options.hostname = "127.0.0.1";
    auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options);
    client->after(0ms, [&] { client.reset(); });
    CHECK(client->run().code == std::errc::operation_canceled);
    CHECK(client == nullptr);
}

TEST_CASE("events: emit from another thread reaches the client's") {
    ScriptedServer server{&serve};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    std::thread::id seen;
    client.on_event([&](const Called& event) {
        CHECK(event.on != std::this_thread::get_id());
        seen = std::this_thread::get_id();
        client.stop();
    });
    std::thread other;
    client.on_event([&](const headstock::SessionStarted&) {
        other = std::thread{[&] { CHECK(client.emit(Called{std::this_thread::get_id()})); }};
    });
    const auto error = client.run();
    other.join();
    CHECK_MESSAGE(!error, error.message());
    CHECK(seen == std::this_thread::get_id());
    CHECK(server.finish() == "");
}
