#include "headstock/detail/timers.hpp"

#include <algorithm>

namespace headstock::detail {

std::uint64_t Timers::add(std::uint64_t deadline, std::uint64_t period, Function f) {
    const auto number = ++last_number_;
    waiting_.emplace(Key{deadline, number},
                     Timer{period, std::make_shared<Function>(std::move(f))});
    return number;
}

bool Timers::cancel(std::uint64_t number) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const auto& each) { return each.first.second == number; });
    if (found == waiting_.end()) return false;
    waiting_.erase(found);
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
        if (timer.period != 0) {
            const auto next = now - deadline >= timer.period ? now : deadline;
            waiting_.emplace(Key{next + timer.period, number}, std::move(timer));
        }
        return function;
    }
    return nullptr;
}

} // namespace headstock::detail
