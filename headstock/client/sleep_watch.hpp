// Notices that the machine has slept, at almost no cost while it does not.
#pragma once

#include "headstock/transport/time_asleep.hpp"

#include <cstdint>
#include <optional>

namespace headstock::detail {

/// The loop's clock stands still while the machine sleeps, so no timer of it can be due at the
/// waking: somebody has to look, every few seconds of the time awake.  To be told by the kernel
/// instead (a timerfd with TFD_TIMER_CANCEL_ON_SET) would cost each client a descriptor.
///
/// Whoever owns it has one timer for all its deadlines, and takes next() for one of them: between
/// two looks nothing is called, and a stanza costs nothing.  The looks are at multiples of the
/// period on the loop's clock, which all processes share: so many clients wake the machine at the
/// same time, once in 5 seconds, for some microseconds each.
class SleepWatch {
public:
    using Clock = std::uint64_t (*)() noexcept;

    /// The clock is time_asleep() and the period 5 seconds, but in tests.
    explicit SleepWatch(Clock clock = &time_asleep, std::uint64_t period = 5000)
        : clock_(clock), period_(period) {}

    /// From now on look() is wanted.  What was slept until now does not count.
    void begin(std::uint64_t now) {
        next_ = after(now);
        asleep_ = clock_();
    }
    void end() { next_.reset(); }
    /// When look() is wanted, on the loop's clock; empty: it is not.
    const std::optional<std::uint64_t>& next() const { return next_; }
    /// Whether the machine has slept since the last look.  Before next() nothing is looked at.
    bool look(std::uint64_t now) {
        if (!next_ || now < *next_) return false;
        next_ = after(now);
        const auto before = asleep_;
        asleep_ = clock_();
        return asleep_ > before + shortest_sleep;
    }

private:
    /// Milliseconds.  No server and no router forgets a connection in less, and a thread that is
    /// stopped between the readings of two clocks does not look like a sleep.
    static constexpr std::uint64_t shortest_sleep = 5000;

    std::uint64_t after(std::uint64_t now) const { return (now / period_ + 1) * period_; }

    Clock clock_;
    std::uint64_t period_;
    std::uint64_t asleep_ = 0;
    std::optional<std::uint64_t> next_{};
};

} // namespace headstock::detail
