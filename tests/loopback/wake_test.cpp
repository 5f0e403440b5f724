// A machine that has slept: on the loop's clock no time has passed, and the connection may be dead.
#include "headstock/client/core.hpp"
#include "headstock/client/driver.hpp"
#include "headstock/client_of.hpp"
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using headstock::Backoff, headstock::Error;
using headstock::detail::ClientCore, headstock::detail::Driver, headstock::detail::SleepWatch;
using std::chrono::milliseconds;
using support::ScriptedServer, support::ServerSide;

namespace {

constexpr std::uint64_t night = 28'800'000; // milliseconds
constexpr std::uint64_t period = 20;        // milliseconds, in the place of 5 seconds

std::uint64_t asleep = 0;
int looks = 0;
std::uint64_t clock_of_the_test() noexcept {
    ++looks;
    return asleep;
}

/// AsyncClient, with a clock of the test's.
class Sleeper : public headstock::ClientOf<Sleeper> {
public:
    explicit Sleeper(const headstock::Options& options)
        : ClientOf(std::make_shared<ClientCore>("romeo@e.test", "secret", options, this)),
          driver_(std::make_shared<Driver>(core_, SleepWatch{&clock_of_the_test, period})) {
        looks = 0;
    }
    ~Sleeper() { driver_->cancel(); }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    Error run() { return driver_->run(); }
    void stop() { driver_->stop(); }

private:
    std::shared_ptr<Driver> driver_;
};

headstock::Options in_clear(const ScriptedServer& server) {
    auto options = server.options();
    options.tls = headstock::Tls::disabled;
    return options;
}

// In clear.
void enter_and_close(ServerSide& side) {
    side.login({});
    side.close();
}
void enter_and_leave(ServerSide& side) {
    side.login({});
    leave(side);
}
// Until it is asked whether it is there; says nothing.
void be_asked(ServerSide& side) {
    side.login({});
    side.hear("<ping xmlns='urn:xmpp:ping'/></iq>");
    side.hear_end();
}

using Scripts = std::vector<ScriptedServer::Script>;

} // namespace

TEST_CASE("wake: a client that waits to connect tries at once (4.3-55)") {
    ScriptedServer server{Scripts{&enter_and_close, &enter_and_leave}};
    auto options = in_clear(server);
    options.reconnect = Backoff{.first = milliseconds{300'000}};
    Sleeper client{options};
    int sessions = 0;
    client.on_event([&](const headstock::SessionStarted&) {
        if (++sessions == 2) client.stop();
    });
    client.on_event([&](const headstock::SessionEnded& ended) {
        if (ended.error) client.after(milliseconds{1}, [] { asleep += night; });
    });
    CHECK_FALSE(client.run());
    CHECK(sessions == 2);
    CHECK(server.finish() == "");
}

TEST_CASE(
    "wake: a ready session asks whether its server is there, and leaves a dead one (4.3-55)") {
    ScriptedServer server{Scripts{&be_asked, &enter_and_leave}};
    auto options = in_clear(server);
    options.reconnect = Backoff{.first_own = milliseconds{1}};
    options.timeouts.alive = milliseconds{50};
    Sleeper client{options};
    int sessions = 0;
    std::string why;
    client.on_event([&](const headstock::SessionStarted&) {
        if (++sessions == 2) return client.stop();
        client.after(milliseconds{1}, [] { asleep += night; });
    });
    client.on_event([&](const headstock::SessionEnded& ended) { why += ended.error.message(); });
    CHECK_FALSE(client.run());
    CHECK(why.find("the server is silent") == 0);
    CHECK(sessions == 2);
    CHECK(server.finish() == "");
}

TEST_CASE("wake: who does not sleep asks nothing, and looks no oftener than once a period") {
    ScriptedServer server{&enter_and_leave};
    Sleeper client{in_clear(server)};
    client.on_event([&](const headstock::SessionStarted&) {
        client.every(milliseconds{1}, [] {}); // a busy client
        client.after(milliseconds{300}, [&] { client.stop(); });
    });
    const auto began = std::chrono::steady_clock::now();
    CHECK_FALSE(client.run());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    CHECK(looks >= 2);
    CHECK(looks <= took.count() / period + 3);
    CHECK(server.finish() == "");
    CHECK(server.heard().find("urn:xmpp:ping") == std::string::npos);
}

TEST_CASE("wake: with a liveness of zero a ready session does not look, and asks nothing") {
    ScriptedServer server{&enter_and_leave};
    auto options = in_clear(server);
    options.liveness = {};
    Sleeper client{options};
    int looks_before = 0;
    client.on_event([&](const headstock::SessionStarted&) {
        looks_before = looks;
        asleep += night;
        client.after(milliseconds{5 * period}, [&] { client.stop(); });
    });
    CHECK_FALSE(client.run());
    CHECK(looks == looks_before);
    CHECK(server.finish() == "");
    CHECK(server.heard().find("urn:xmpp:ping") == std::string::npos);
}
