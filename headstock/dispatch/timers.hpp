// Functions to be called at a time.  Knows no clock: time is a number that is passed in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace headstock::detail {

class Timers {
public:
    using Function = std::function<void()>;

    /// Call `f` at `deadline`; with a period, then again and again.  Gives the timer's number, from
    /// 1.
    std::uint64_t add(std::uint64_t deadline, std::uint64_t period, Function f);
    /// False when it is not waiting any more.
    bool cancel(std::uint64_t number);
    void clear();
    std::optional<std::uint64_t> next_deadline() const;

    /// The number of the youngest timer: what is added from now on has a greater one.
    std::uint64_t youngest() const { return last_number_; }
    /// The function that is due first at `now`, of timers up to number `last`; null when there is
    /// none.  A timer with a period is due again one period later, or after `now` when that has
    /// passed.
    std::shared_ptr<Function> take_due(std::uint64_t now, std::uint64_t last);

private:
    struct Timer {
        std::uint64_t period;
        std::shared_ptr<Function> function; ///< Shared: it may cancel itself while it runs.
    };
    using Key = std::pair<std::uint64_t, std::uint64_t>; // deadline, number

    std::map<Key, Timer> waiting_;
    std::map<std::uint64_t, std::uint64_t> deadlines_; ///< By number, of those that wait.
    std::uint64_t last_number_ = 0;
};

} // namespace headstock::detail
