// When a function of the program's keeps the client's thread too long (Limits::handler).
#pragma once

#include <chrono>
#include <functional>

namespace headstock::detail {

/// There is one only where the program has asked for it: otherwise no clock is read.
struct SlowCalls {
    /// Time since any beginning, which goes on while a function runs; so it is not the session's.
    using Clock = std::function<std::chrono::nanoseconds()>;

    std::chrono::milliseconds limit; ///< What takes longer is told.
    Clock clock;
};

} // namespace headstock::detail
