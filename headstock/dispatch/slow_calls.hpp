// When a function of the program's keeps the client's thread too long (Limits::handler).
#pragma once

#include <chrono>
#include <cstdint>

namespace headstock::detail {

struct SlowCalls {
    std::chrono::milliseconds limit{}; ///< What takes longer is told.  Zero: no clock is read.
    /// Where a test has its time, in milliseconds; it outlives this.  Null: the machine's clock.
    /// It goes on while a function runs, so it is not the session's time.
    const std::uint64_t* played = nullptr;

    bool asked_for() const { return limit > limit.zero(); }
    std::chrono::nanoseconds now() const noexcept;
};

} // namespace headstock::detail
