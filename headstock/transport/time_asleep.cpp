#include "headstock/transport/time_asleep.hpp"

#include <algorithm>

#include <time.h>

namespace headstock::detail {

#if defined(CLOCK_BOOTTIME)

static std::int64_t milliseconds_of(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time); // both clocks exist since Linux 2.6.39
    return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

std::uint64_t time_asleep() noexcept {
    const auto awake = milliseconds_of(CLOCK_MONOTONIC);
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(milliseconds_of(CLOCK_BOOTTIME) - awake, 0));
}

#else

std::uint64_t time_asleep() noexcept { return 0; }

#endif

} // namespace headstock::detail
