// Calls user code, and by the clock where Limits::handler asks for it: what is slow is named.
#include "headstock/base/out_of_memory.hpp"
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/text/concat.hpp"

#include <ctime>

namespace headstock::detail {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// The time of std::chrono::steady_clock, by a function that every program with the library calls.
nanoseconds SlowCalls::now() const noexcept {
    if (played != nullptr) return std::chrono::milliseconds{*played};
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds{time.tv_sec} + nanoseconds{time.tv_nsec};
}

// The last step of its path tells closures apart.
void Dispatcher::call_and_watch(Entry& entry, const Element& element) {
    const auto begin = slow_.now();
    call_now_or_later(entry, element);
    const auto step = entry.row.match.path.last().local;
    tell_if_slow(entry.row.name, step.empty() ? "*" : step, begin);
}

bool Dispatcher::run(std::string_view name, UserFunction run_it, const void* f) {
    const bool watched = slow_.asked_for();
    const auto begin = watched ? slow_.now() : nanoseconds{};
    const bool good = catching(name, [&] { run_it(f); });
    if (watched) tell_if_slow(name, {}, begin);
    return good;
}

// The function has run: what there is no memory to say of it changes nothing.
void Dispatcher::tell_if_slow(std::string_view name, std::string_view step, nanoseconds begin) {
    const auto took = slow_.now() - begin;
    if (took <= slow_.limit) return;
    if_memory_allows([&] {
        outlet_.tell_dropped(
            concat({"slow: ", name, step.empty() ? "" : " (", step, step.empty() ? "" : ")",
                    " took ", decimal(static_cast<std::uint64_t>(took / 1ms)), " ms, more than ",
                    decimal(static_cast<std::uint64_t>(slow_.limit / 1ms)), " (Limits::handler)"}));
    });
}

} // namespace headstock::detail
