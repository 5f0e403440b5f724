#include "headstock/detail/timers.hpp"

namespace headstock::detail {

std::uint64_t Timers::add(std::uint64_t deadline, std::uint64_t period, Function f) {
    const auto number = ++last_number_;
    waiting_.emplace(Key{deadline, number},
                     Timer{period, std::make_shared<Function>(std::move(f))});
    deadlines_.emplace(number, deadline);
    return number;
}

void Timers::clear() {
    deadlines_.clear();
    const auto dead = std::exchange(waiting_, {}); // the end of one may cancel others
}

bool Timers::cancel(std::uint64_t number) {
    const auto found = deadlines_.find(number);
    if (found == deadlines_.end()) return false;
    const auto dead = waiting_.extract(Key{found->second, number}); // its end may cancel it again
    deadlines_.erase(found);
    return true;
}

std::optional<std::uint64_t> Timers::next_deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first.first;
}

std::shared_ptr<Timers::Function> Timers::take_due(std::uint64_t now, std::uint64_t last) {
    for (auto at = waiting_.begin(); at != waiting_.end() && at->first.first <= now; ++at) {
        const auto [deadline, number] = at->first;
        if (number > last) continue;
        auto timer = std::move(at->second);
        waiting_.erase(at);
        auto function = timer.function;
        if (timer.period == 0) {
            deadlines_.erase(number);
        } else {
            const auto next = (now - deadline >= timer.period ? now : deadline) + timer.period;
            deadlines_[number] = next;
            waiting_.emplace(Key{next, number}, std::move(timer));
        }
        return function;
    }
    return nullptr;
}

} // namespace headstock::detail
