// Calls user code by the clock, and names what is slow: where Limits::handler asks for it.
#include "headstock/base/out_of_memory.hpp"
#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {

using std::chrono::nanoseconds;

// The last step of its path tells closures apart.
void Dispatcher::call_and_watch(Entry& entry, const Element& element) {
    const auto begin = slow_->clock();
    call_now_or_later(entry, element);
    const auto step = entry.row.match.path.last().local;
    tell_if_slow(entry.row.name, step.empty() ? "*" : step, begin);
}

bool Dispatcher::run_and_watch(std::string_view name, UserFunction run_it, const void* f) {
    const auto begin = slow_->clock();
    const bool good = run_unwatched(name, run_it, f);
    tell_if_slow(name, {}, begin);
    return good;
}

// The function has run: what there is no memory to say of it changes nothing.
void Dispatcher::tell_if_slow(std::string_view name, std::string_view step, nanoseconds begin) {
    const auto took = slow_->clock() - begin;
    if (took <= slow_->limit) return;
    const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    if_memory_allows([&] {
        outlet_.tell_dropped(
            concat({"slow: ", name, step.empty() ? "" : " (", step, step.empty() ? "" : ")",
                    " took ", std::to_string(whole.count()), " ms, more than ",
                    std::to_string(slow_->limit.count()), " (Limits::handler)"}));
    });
}

} // namespace headstock::detail
