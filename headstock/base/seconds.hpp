// Durations: in words, and as the session counts them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace headstock::detail {

/// "15 s", "0.25 s".
std::string seconds(std::chrono::milliseconds time);

/// The sum, or the greatest number there is.
constexpr std::uint64_t saturated(std::uint64_t a, std::uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/// A time that never comes.
constexpr std::uint64_t no_deadline = UINT64_MAX;

/// A duration as the session counts time; never negative.
constexpr std::uint64_t ms_count(std::chrono::milliseconds time) {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
}

/// When `limit` is over, from `now` on; a limit of zero is none, and a negative one is over.
constexpr std::uint64_t deadline_after(std::uint64_t now, std::chrono::milliseconds limit) {
    return limit == limit.zero() ? no_deadline : saturated(now, ms_count(limit));
}

/// Zero is no limit everywhere else.  Where a caller asks for less than this it means: at once.
inline constexpr std::chrono::milliseconds shortest_limit{1};

} // namespace headstock::detail
