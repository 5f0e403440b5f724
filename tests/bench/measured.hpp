// What every measurement here has: a name "what/how", the count of its units, and of the heap.
#pragma once

#include "tests/bench/traffic.hpp"
#include "tests/support/heap_count.hpp"

#include <benchmark/benchmark.h>

namespace bench {

/// Runs `step` as often as the library wants, after two times that warm it up.  One step handles
/// `units` units; what it asks of the heap is counted for each of them.
template <class F>
void measure(benchmark::State& state, std::size_t units, F step) {
    step();
    step();
    const auto before = test::heap_calls();
    for (auto _ : state) step();
    const auto calls = static_cast<double>(test::heap_calls() - before);
    const auto all = static_cast<double>(units) * static_cast<double>(state.iterations());
    state.counters["units"] = static_cast<double>(units);
    state.counters["heap"] = calls / all;
}

// Each adds its measurements, under names as "m1 chat/expat"; the first half is of what, the second
// how.
void add_expat(const char* name, const Traffic& traffic);
void add_parse(const char* name, const Traffic& traffic);
void add_dispatch(const char* name, const Traffic& traffic);
void add_roster_dispatch(const char* name, const Traffic& traffic);
void add_echo(const char* name, const Traffic& traffic);
void add_write(const char* name, const Traffic& traffic);

} // namespace bench
