#include "headstock/dispatch/requests.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/text/address.hpp"

namespace headstock::detail {
namespace {

bool is_asker(std::string_view asker, std::string_view to) {
    if (asker.empty() || asker == to) return true;
    const auto whom = Jid::parse(to);
    return whom && whom == Jid::parse(asker);
}

} // namespace

bool Requests::add(Pending&& request) {
    const auto [first, last] = pending_.equal_range(request.id);
    for (auto at = first; at != last; ++at) {
        if (at->second.to == request.to && at->second.asker == request.asker) return false;
    }
    insert(std::move(request));
    return true;
}

// In all three tables or, when memory runs out, in none.
void Requests::insert(Pending&& request) {
    const auto number = request.number;
    const auto deadline = request.deadline;
    try {
        by_deadline_.emplace(deadline, number);
        by_number_.emplace(number, pending_.end());
        auto id = request.id;
        by_number_[number] = pending_.emplace(std::move(id), std::move(request));
    } catch (...) {
        by_deadline_.erase({deadline, number});
        by_number_.erase(number);
        throw;
    }
}

const Requests::Pending* Requests::find(std::string_view id,
                                        std::string_view from,
                                        std::string_view to,
                                        const Jid& own) const {
    const auto [first, last] = pending_.equal_range(id);
    for (auto at = first; at != last; ++at) {
        const auto& pending = at->second;
        if (is_asker(pending.asker, to) && may_answer(pending.to, from, own)) return &pending;
    }
    return nullptr;
}

void Requests::readdress(const std::function<std::string(std::string_view)>& renamed) {
    for (auto& [id, pending] : pending_) pending.to = renamed(pending.to);
}

std::optional<Requests::Pending> Requests::take(std::uint64_t number) {
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return std::nullopt;
    auto pending = std::move(found->second->second);
    by_deadline_.erase({pending.deadline, number});
    pending_.erase(found->second);
    by_number_.erase(found);
    return pending;
}

std::optional<Requests::Callback> Requests::cancel(std::uint64_t number, std::uint64_t deadline) {
    const auto found = by_number_.find(number);
    if (found == by_number_.end()) return std::nullopt;
    auto& pending = found->second->second;
    if (!pending.cancellable || std::exchange(pending.cancelled, true)) return std::nullopt;
    if (pending.deadline == no_deadline) {
        auto place = by_deadline_.extract({no_deadline, number}); // moved, which takes no memory
        place.value().first = pending.deadline = deadline;
        by_deadline_.insert(std::move(place));
    }
    return std::exchange(pending.callback, {});
}

std::optional<Requests::Pending> Requests::take_expired(std::uint64_t now) {
    if (by_deadline_.empty() || by_deadline_.begin()->first > now) return std::nullopt;
    return take(by_deadline_.begin()->second);
}

std::optional<Requests::Pending> Requests::take_any() {
    if (by_deadline_.empty()) return std::nullopt;
    return take(by_deadline_.begin()->second);
}

std::vector<std::uint64_t> Requests::numbers() const {
    std::vector<std::uint64_t> all;
    all.reserve(by_deadline_.size());
    for (const auto& [deadline, number] : by_deadline_) all.push_back(number);
    return all;
}

std::optional<std::uint64_t> Requests::next_deadline() const {
    if (by_deadline_.empty()) return std::nullopt;
    return by_deadline_.begin()->first;
}

} // namespace headstock::detail
