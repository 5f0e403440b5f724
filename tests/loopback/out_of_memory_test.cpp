// Every allocation of a client on sockets and TLS fails once, mbedTLS's own included.
#include "tests/support/certificates.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/memory_program.hpp"
#include "tests/support/memory_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

using headstock::AsyncClient;
using support::counter_of_exceptions, support::insist, support::MemoryProgram,
    support::MemoryServer, support::MemorySweep, support::Point;
using test::HeapFault;
using namespace std::chrono_literals;

namespace {

namespace tls = headstock::test;

const tls::Identity& authority() {
    static const auto made = tls::make_authority();
    return made;
}

tls::Identity identity() {
    return tls::signed_by(authority(), {.names = {tls::dns_name("e.test")}});
}

headstock::Options options_for(const MemoryServer& server) {
    static const tls::TemporaryFile file{authority().certificate};
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.port = server.port();
    options.ca_file = file.path();
    options.workers = 1;
    auto& timeouts = options.timeouts; // a hang shows as one of these
    timeouts.connect = timeouts.stream = timeouts.tls = timeouts.authenticate = timeouts.bind = 5s;
    timeouts.request = timeouts.stop = 5s;
    return options;
}

void live(Point& point, const headstock::Options& options) {
    auto& told = point.told;
    MemoryProgram program{told};
    std::unique_ptr<AsyncClient> client;
    insist(told,
           [&] { client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options); });
    if (!client) return;
    insist(told, [&] { client->on_exception(counter_of_exceptions(told)); });
    insist(told, [&] {
        client->register_handler(program);
        told.registered = true;
    });
    insist(told, [&] { client->every(3ms, [&] { insist(told, [&] { program.answer(); }); }); });
    insist(told,
           [&] { client->on("message/subject", [&](const bridge::Tag&) { client->stop(); }); });
    point.error = client->run();
}

Point play(const MemoryServer& server, std::size_t nth, HeapFault::Lasts lasts, HeapFault::Of of) {
    const auto options = options_for(server);
    Point point;
    HeapFault fault{nth, lasts, of};
    try {
        live(point, options);
    } catch (const std::exception& escaped) {
        fault.lift();
        point.escaped = escaped.what();
    }
    fault.lift();
    point.asked = fault.asked();
    return point;
}

void sweep(HeapFault::Lasts lasts, HeapFault::Of of, std::size_t step) {
    MemoryServer server{identity()};
    const MemorySweep sweep{lasts,
                            [&](std::size_t nth, HeapFault::Lasts how) {
                                auto point = play(server, nth, how, of);
                                point.sent = server.heard();
                                return point;
                            },
                            step};
    MESSAGE(sweep.summary());
    CHECK_MESSAGE(sweep.faults().empty(), sweep.faults());
}

// One handshake is some 27,000 allocations of mbedTLS.  All of them are tried by `make nightly`.
std::size_t step_of_mbedtls() { return std::getenv("HEADSTOCK_WHOLE_SWEEP") != nullptr ? 1 : 211; }

} // namespace

TEST_CASE("whichever allocation of ours fails over TLS, one report says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, HeapFault::Of::operator_new, 1);
}

TEST_CASE("whichever allocation of mbedTLS fails, one error says so (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::once, HeapFault::Of::mbedtls, step_of_mbedtls());
}

TEST_CASE("a client over TLS whose memory runs out for good ends by itself (issue 9.9, R9)") {
    sweep(HeapFault::Lasts::from_then_on, HeapFault::Of::operator_new, 1);
    sweep(HeapFault::Lasts::from_then_on, HeapFault::Of::all, 7 * step_of_mbedtls());
}
