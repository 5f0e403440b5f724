// The thread that derives a SCRAM key: it tells when it is done, and ends when nobody waits any
// more.
#include "headstock/client/key_thread.hpp"

#include "tests/support/gate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

using namespace headstock::detail;

namespace {

KeyRequest asked(unsigned rounds) { return {Hash::sha256, Secret{"pencil"}, "salt", rounds}; }

} // namespace

TEST_CASE("a key is derived on another thread, which tells once (issue 9.7)") {
    std::atomic<int> told{0};
    std::thread::id teller{};
    KeyThread thread{asked(4096), [&] {
                         teller = std::this_thread::get_id();
                         ++told;
                     }};
    while (told == 0) std::this_thread::yield();
    CHECK(thread.done());
    CHECK_FALSE(thread.error());
    CHECK(teller != std::this_thread::get_id());
    const auto keys = derive_keys(asked(4096));
    CHECK(thread.keys().client_key.view() == keys.client_key.view());
    CHECK(thread.keys().server_key.view() == keys.server_key.view());
    CHECK(told == 1);
}

TEST_CASE("a key that nobody waits for any more is given up, untold (issue 9.7)") {
    std::atomic<int> told{0};
    for (int i = 0; i < 8; ++i) { // each would take half an hour
        auto thread = std::make_unique<KeyThread>(asked(4'000'000'000), [&] { ++told; });
        if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
        CHECK_FALSE(thread->done());
        thread.reset();
    }
    CHECK(told == 0);
}

TEST_CASE("the end of a key thread waits for the word that it is giving (issue 9.7)") {
    support::Gate gate;
    auto thread = std::make_unique<KeyThread>(asked(1), [&] { gate.enter(); });
    REQUIRE(gate.wait());
    auto opener = gate.open_soon();
    thread.reset();
    CHECK(gate.passed());
    opener.join();
}
