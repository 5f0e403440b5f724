// A connection on which one way or both lead nowhere, by a proxy between the client and a scripted
// server: the client finds out by itself (Options::liveness).  The numbers are those of the
// project's list of faults, section 4.3.
#include "headstock/headstock.hpp"
#include "tests/support/proxied.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

using headstock::AsyncClient, headstock::Error;
using std::chrono::milliseconds;
using support::FaultProxy, support::log_in_and_leave, support::proxied, support::ScriptedServer,
    support::ServerSide, support::Way;
using Clock = std::chrono::steady_clock;
using Flow = Way::Flow;
using Scripts = std::vector<ScriptedServer::Script>;

namespace {

/// What the client's thread tells a script.
class Sign {
public:
    void give() { promise_.set_value(); }
    void wait() {
        if (future_.wait_for(std::chrono::seconds{10}) != std::future_status::ready)
            throw std::runtime_error{"no sign was given"};
    }

private:
    std::promise<void> promise_{};
    std::future<void> future_ = promise_.get_future();
};

constexpr milliseconds liveness{100};
constexpr milliseconds alive{100};

// The ways become those in the first session.  The client finds out within its time, and comes back
// through a proxy that is whole again.  What passed to the server meanwhile, in bytes.
std::uint64_t
find_out(const ScriptedServer::Script& first, Sign& found, const Way& up, const Way& down) {
    ScriptedServer server{Scripts{first, &log_in_and_leave}};
    FaultProxy proxy{server.port()};
    auto options = proxied(server, proxy);
    options.liveness = liveness;
    options.timeouts.alive = alive;
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Hooks {
        FaultProxy& proxy;
        Sign& found;
        const Way& up;
        const Way& down;
        int sessions = 0;
        std::string why{};
        Clock::time_point began{};
        Clock::duration took{};
        std::uint64_t passed = 0;

        void ready(AsyncClient& client) {
            if (++sessions == 2) return client.stop();
            began = Clock::now();
            proxy.to_server(up);
            proxy.to_client(down);
            passed = proxy.passed_to_server();
        }
        void connection_lost(const Error& lost) {
            took = Clock::now() - began;
            why += lost.message();
            passed = proxy.passed_to_server() - passed;
            proxy.both_ways({});
            found.give();
        }
    } hooks{.proxy = proxy, .found = found, .up = up, .down = down};
    client.register_handler(hooks);
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(hooks.sessions == 2);
    CHECK(hooks.why.find("the server is silent") == 0);
    CHECK(hooks.took >= liveness + alive);
    // With the second in which a server may answer our end, on a machine that others use too.
    CHECK(hooks.took < 10 * (liveness + alive) + milliseconds{2000});
    CHECK(server.finish() == "");
    CHECK(proxy.accepted() == 2);
    return hooks.passed;
}

} // namespace

TEST_CASE("4.3-34: half-open, nothing passes either way") {
    Sign found;
    const auto passed = find_out(
        [&](ServerSide& side) {
            side.login();
            found.wait();
        },
        found, {.flow = Flow::lost}, {.flow = Flow::lost});
    CHECK(passed == 0);
}

TEST_CASE("4.3-35: one-way loss, we send and nothing returns") {
    Sign found;
    const auto passed = find_out(
        [&](ServerSide& side) {
            side.login();
            side.hear("<ping xmlns='urn:xmpp:ping'/></iq>");
            side.say(" "); // which would do
            found.wait();
        },
        found, {}, {.flow = Flow::lost});
    CHECK(passed > 0);
}

TEST_CASE("4.3-35: one-way loss, what we send does not arrive") {
    Sign found;
    const auto passed = find_out(
        [&](ServerSide& side) {
            side.login();
            found.wait();
        },
        found, {.flow = Flow::lost}, {});
    CHECK(passed == 0);
}

TEST_CASE("4.3-35: one-way stall, nothing is taken from us") {
    Sign found;
    find_out(
        [&](ServerSide& side) {
            side.login();
            found.wait();
        },
        found, {.flow = Flow::stalled}, {});
}
