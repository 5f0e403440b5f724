// Name look-ups that hang: whoever waits for one may go at any time, and nobody else has to wait.
#include "headstock/headstock.hpp"
#include "headstock/transport/lookup.hpp"
#include "tests/support/loopback_peer.hpp"
#include "tests/support/name_server.hpp"
#include "tests/support/thread_count.hpp"
#include "tests/support/transport_rig.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using headstock::AsyncClient, headstock::Errc, headstock::Options, headstock::RecordType;
using headstock::detail::Lookup, headstock::detail::Transport;
using headstock::test::RecordingOwner, headstock::test::TransportRig;
using support::settled_threads, support::SilentNames, support::threads_of_this_process;
using namespace std::chrono_literals;

namespace {

const std::string name = "xmpp.silent.test";

Options to_nowhere() {
    Options options;
    options.hostname = name;
    options.name_servers = "127.0.0.1:" + std::to_string(headstock::test::closed_port());
    return options;
}

} // namespace

TEST_CASE("a client ends at its deadline while its name is looked up (issue 9.7)") {
    const SilentNames names;
    auto options = to_nowhere();
    options.timeouts.connect = 100ms;
    auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", options);
    const auto error = client->run();
    CHECK(error.code == Errc::timed_out);
    client.reset();
    CHECK(names.wait_for(1)); // nobody was waited for
}

TEST_CASE("a client stops, or is destroyed, while its name is looked up (issue 9.7)") {
    for (const bool destroys : {false, true}) {
        CAPTURE(destroys);
        const SilentNames names;
        auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", to_nowhere());
        client->after(50ms, [&] { destroys ? client.reset() : client->stop(); });
        const auto error = client->run();
        CHECK((error.code == std::errc::operation_canceled) == destroys);
        client.reset();
        CHECK(names.wait_for(1));
    }
}

TEST_CASE("on a borrowed loop, which ends too, a look-up that hangs holds nobody up (issue 9.7)") {
    const SilentNames names;
    {
        TransportRig rig;
        rig.transport->look_up(1, name, RecordType::system);
        REQUIRE(names.wait_for(1));
        rig.transport->cancel_look_up(1);
        rig.transport->look_up(1, name, RecordType::system); // the one before is given up
        REQUIRE(names.wait_for(2));
    } // checks that the loop is empty
    CHECK(names.waiting() == 2);
}

TEST_CASE("look-ups that hang are on threads of ours, and on none of libuv's pool (issue 9.7)") {
    const auto before = settled_threads();
    const SilentNames names;
    std::vector<std::unique_ptr<TransportRig>> rigs;
    for (int i = 0; i < 8; ++i) {
        rigs.push_back(std::make_unique<TransportRig>());
        rigs.back()->transport->look_up(1, name, RecordType::system);
    }
    REQUIRE(names.wait_for(8));
    CHECK(threads_of_this_process() == before + 8); // libuv would have started its four
}

TEST_CASE("at most sixteen threads look up, and what was given up is not looked up (issue 9.7)") {
    constexpr int most = Lookup::most_lookups;
    const SilentNames names;
    std::vector<std::shared_ptr<Lookup>> lookups;
    std::atomic<int> told{0};
    for (int i = 0; i < 3 * most; ++i) lookups.push_back(Lookup::start(name, [&] { ++told; }));
    REQUIRE(names.wait_for(most));
    for (int i = 0; i < 1000; ++i) Lookup::start(name, [&] { ++told; })->cancel();
    for (const auto& each : lookups) each->cancel();
    CHECK(names.waiting() == most);
    CHECK(names.asked() == most);
    CHECK(told == 0);
}

TEST_CASE("a look-up that had to wait for a thread gets one (issue 9.7)") {
    std::atomic<int> told{0};
    std::vector<std::shared_ptr<Lookup>> lookups;
    {
        const SilentNames names;
        for (int i = 0; i < 40; ++i)
            lookups.push_back(Lookup::start(i % 2 == 0 ? name : "localhost", [&] { ++told; }));
        REQUIRE(names.wait_for(Lookup::most_lookups));
    }
    while (told < 40) std::this_thread::sleep_for(1ms);
    for (std::size_t i = 0; i < lookups.size(); ++i) {
        CHECK(lookups[i]->answered());
        const auto& answer = lookups[i]->answer();
        CHECK(static_cast<bool>(answer.error) == (i % 2 == 0));
        CHECK(answer.addresses.empty() == (i % 2 == 0));
    }
}

TEST_CASE("a look-up may be called off at the moment of its answer (issue 9.7)") {
    for (int round = 0; round < 200; ++round) {
        auto told = std::make_unique<std::atomic<int>>(0);
        const auto lookup = Lookup::start("localhost", [&told] { ++*told; });
        std::this_thread::sleep_for(std::chrono::microseconds{2 * round});
        lookup->cancel();
        told.reset(); // whoever told now would touch what is gone
    }
}

TEST_CASE("a program may end while a look-up hangs (issue 9.7)") {
    settled_threads(); // TSan lets the child of one thread start others
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        alarm(10);
        static const SilentNames* const names = new SilentNames; // for ever
        static TransportRig* const rig = new TransportRig;
        rig->transport->look_up(1, name, RecordType::system);
        const bool hangs = names->wait_for(1);
        RecordingOwner owner;
        headstock::Error error;
        auto other = Transport::open(nullptr, owner, error);
        other->look_up(1, name, RecordType::system);
        other.reset();
        std::exit(hangs ? 0 : 1); // with the destructors of all that is static
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
