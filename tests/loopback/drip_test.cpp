// A login byte by byte: what it costs, and that it has an end.  The number is that of the project's
// list of faults, section 4.3.
#include "headstock/headstock.hpp"
#include "tests/support/proxied.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include <time.h>

using headstock::AsyncClient, headstock::Errc;
using std::chrono::milliseconds, std::chrono::microseconds;
using support::FaultProxy, support::log_in_and_leave, support::ScriptedServer, support::Way;

namespace {

double processor_seconds_of_this_thread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Cost {
    double seconds = 0; ///< Of the processor, on the client's thread.
    std::uint64_t bytes = 0;
};

Cost log_in_by(const Way& way) {
    ScriptedServer server{&log_in_and_leave};
    FaultProxy proxy{server.port()};
    proxy.both_ways(way);
    auto options = server.options();
    options.port = proxy.port();
    AsyncClient client{"romeo@e.test", "secret", options};
    client.on_event([&](const headstock::SessionStarted&) { client.stop(); });
    const auto before = processor_seconds_of_this_thread();
    const auto error = client.run();
    const auto after = processor_seconds_of_this_thread();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    return {after - before, proxy.passed_to_client()};
}

} // namespace

TEST_CASE("4.3-36: drip, for which a client wakes once a byte and does not wait busily") {
    // A client that asked again and again whether there is another byte would take all of the
    // seconds that a drip lasts: some 200 times the login at once.  Each byte is a wake-up, a read
    // and a look at TLS, altogether 5 to 10 times that login.
    constexpr double allowed = 40;
    double ratio = 0;
    for (int attempt = 0; attempt < 3; ++attempt) { // whatever else the machine does only adds
        const auto whole = log_in_by({});
        const auto dripped = log_in_by(Way::drip(microseconds{500}));
        CHECK(dripped.bytes > 1000);
        ratio = dripped.seconds / whole.seconds;
        if (ratio <= allowed) break;
    }
    MESSAGE("processor time of a login by drips, as a multiple of the login at once: ", ratio);
    CHECK(ratio <= allowed);
}

TEST_CASE("4.3-36: drip, one byte per 10 ms, which the time-out of the login ends in order") {
    ScriptedServer server{[](support::ServerSide& side) { side.hear_end(); }};
    FaultProxy proxy{server.port()};
    proxy.both_ways(Way::drip(milliseconds{10}));
    auto options = server.options();
    options.port = proxy.port();
    options.timeouts.login = milliseconds{300};
    options.timeouts.stop = milliseconds{100};
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Witness {
        std::string seen{};
        void ready() { seen += "ready "; }
        void terminated() { seen += "terminated "; }
    } witness;
    client.register_handler(witness);
    const auto error = client.run();
    CHECK(error.code == Errc::timed_out);
    CHECK(error.text.find("Timeouts::login") != std::string::npos);
    CHECK(witness.seen == "terminated ");
    CHECK(server.finish() == "");
    CHECK(server.heard().size() > 10);
}
