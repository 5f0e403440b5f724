#include "headstock/dispatch/timers.hpp"

namespace headstock::detail {

std::uint64_t Timers::add(std::uint64_t deadline, std::uint64_t period, Function f) {
    const auto number = last_number_ + 1;
    const auto at = waiting_.emplace(Key{deadline, number},
                                     Timer{period, std::make_shared<Function>(std::move(f))});
    try {
        deadlines_.emplace(number, deadline);
    } catch (...) {
        waiting_.erase(at.first);
        throw;
    }
    return last_number_ = number;
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
        auto node = waiting_.extract(at);
        const auto period = node.mapped().period;
        auto function = node.mapped().function;
        if (period == 0) {
            deadlines_.erase(number);
        } else { // its node goes to its next place: that takes no memory
            const auto next = (now - deadline >= period ? now : deadline) + period;
            deadlines_[number] = next;
            node.key() = Key{next, number};
            waiting_.insert(std::move(node));
        }
        return function;
    }
    return nullptr;
}

} // namespace headstock::detail
