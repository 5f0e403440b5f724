// How want of memory is told: by words that take none.
#pragma once

#include "headstock/error.hpp"

#include <new>
#include <string>

namespace headstock::detail {

/// The text is short enough to lie in the string itself.
inline Error out_of_memory() noexcept { return {Errc::out_of_memory, "memory ran out"}; }

/// The sentence that `words` gives; without memory for it the code alone, which has words of its
/// own.
template <class F>
Error worded(Errc code, F words) noexcept {
    try {
        return {code, words()};
    } catch (const std::bad_alloc&) {
        return {code, {}};
    }
}

/// Do what may be left undone when there is no memory for it: a line of the log, a farewell.
template <class F>
void if_memory_allows(F f) {
    try {
        f();
    } catch (const std::bad_alloc&) { // NOLINT(bugprone-empty-catch): that is what it is for
    }
}

} // namespace headstock::detail
