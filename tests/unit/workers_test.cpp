// The threads behind threaded rows: strands in order, side by side, dropped, awaited.
#include "headstock/client/workers.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/thread_count.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using headstock::detail::Workers;
using support::Gate, support::settled_threads, support::threads_of_this_process;

TEST_CASE("workers: no thread before the first job, then as many as were asked for") {
    const auto before = settled_threads();
    Gate gate;
    Workers workers{3};
    CHECK(threads_of_this_process() == before);
    workers.run(1, [&] { gate.enter(); });
    CHECK(gate.wait());
    CHECK(threads_of_this_process() == before + 3);
    gate.open();
    workers.close();
    CHECK(settled_threads() ==
          before); // the system may count a thread that was joined a moment more
}

TEST_CASE("workers: none asked for is one") {
    Gate gate;
    Workers workers{0};
    workers.run(1, [&] { gate.enter(); });
    CHECK(gate.wait());
    gate.open();
}

TEST_CASE("workers: the jobs of a strand run in order and never two at a time") {
    constexpr int many = 300;
    std::vector<int> seen[3]; // without a lock: a strand is one thread at a time
    {
        Gate done[3];
        Workers workers{4};
        for (int i = 0; i < many; ++i) {
            for (std::uint64_t strand = 0; strand < 3; ++strand)
                workers.run(strand, [&seen, i, strand] { seen[strand].push_back(i); });
        }
        for (std::uint64_t strand = 0; strand < 3; ++strand)
            workers.run(strand, [&done, strand] { done[strand].enter(); });
        for (auto& gate : done) {
            CHECK(gate.wait());
            gate.open();
        }
    }
    for (const auto& strand : seen) {
        REQUIRE(strand.size() == many);
        for (int i = 0; i < many; ++i) CHECK(strand[static_cast<std::size_t>(i)] == i);
    }
}

TEST_CASE("workers: strands run side by side") {
    Gate first, second;
    Workers workers{2};
    workers.run(1, [&] { first.enter(); });
    workers.run(2, [&] { second.enter(); });
    CHECK(first.wait());
    CHECK(second.wait()); // the first is still inside
    first.open();
    second.open();
}

TEST_CASE(
    "workers: dropping a strand waits for its job, drops the others, and leaves other strands") {
    Gate gate, other;
    other.open();
    std::atomic<int> wrong = 0;
    Workers workers{1};
    workers.run(1, [&] { gate.enter(); });
    CHECK(gate.wait());
    workers.run(1, [&] { ++wrong; });
    workers.run(1, [&] { ++wrong; });
    workers.run(2, [&] { other.enter(); });
    auto opener = gate.open_soon();
    workers.drop(1);
    CHECK(gate.passed());
    opener.join();
    workers.drop(1);       // nothing is left of it
    workers.run(1, [] {}); // the strand may be used again
    workers.close();
    CHECK(wrong == 0);
}

TEST_CASE("workers: what a job holds is gone when dropping its strand returns") {
    Gate gate;
    Workers workers{1};
    auto held = std::make_shared<int>(7);
    workers.run(1, [&gate, held] { gate.enter(); });
    workers.run(1, [held] {});
    CHECK(gate.wait());
    auto opener = gate.open_soon();
    workers.drop(1);
    CHECK(held.use_count() == 1);
    opener.join();
}

TEST_CASE("workers: dropping what is queued waits for nothing") {
    Gate gate;
    Workers workers{1};
    workers.run(1, [&] { gate.enter(); });
    CHECK(gate.wait());
    const auto held = std::make_shared<int>(7);
    workers.run(2, [held] { throw std::logic_error("dropped"); });
    workers.run(1, [held] { throw std::logic_error("dropped"); });
    workers.drop_queued();
    CHECK(held.use_count() == 1);
    CHECK(gate.occupied());
    gate.open();
}

TEST_CASE("workers: closing drops what is queued and waits for what has begun") {
    Gate gate;
    {
        Workers workers{2};
        workers.run(1, [&] { gate.enter(); });
        workers.run(1, [] { throw std::logic_error("dropped"); });
        CHECK(gate.wait());
        auto opener = gate.open_soon();
        workers.close();
        CHECK(gate.passed());
        opener.join();
    }
}
