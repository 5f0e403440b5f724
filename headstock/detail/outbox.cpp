#include "headstock/detail/outbox.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Outbox::stanza(std::string xml, std::string shown, Unsent what) {
    auto& bytes = released_ ? ready_ : waiting_;
    bytes += xml;
    records_.push_back({bytes.size() + (released_ ? taken_ : 0), std::move(what)});
    if (!released_) waiting_shown_.push_back(shown.empty() ? std::move(xml) : std::move(shown));
}

std::vector<std::string> Outbox::release() {
    const auto before = taken_ + ready_.size();
    for (auto& record : records_) record.end += before;
    ready_ += std::exchange(waiting_, {});
    released_ = true;
    return std::exchange(waiting_shown_, {});
}

std::string Outbox::take() {
    taken_ += ready_.size();
    return std::exchange(ready_, {});
}

void Outbox::confirm(std::uint64_t total) {
    confirmed_ = std::max(confirmed_, std::min(total, taken_));
    while (released_ && !records_.empty() && records_.front().end <= confirmed_) records_.pop_front();
}

std::size_t Outbox::pending() const {
    return static_cast<std::size_t>(taken_ - confirmed_) + ready_.size() + waiting_.size();
}

std::vector<Unsent> Outbox::unsent() const {
    std::vector<Unsent> all;
    for (const auto& record : records_) all.push_back(record.what);
    return all;
}

std::string describe(const std::vector<Unsent>& unsent) {
    constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(unsent.size(), shown); ++i) {
        const auto& [stanza, to, id] = unsent[i];
        if (i > 0) text += ", ";
        text += stanza;
        if (!to.empty()) text.append(" to ").append(to);
        if (!id.empty()) text.append(" (id ").append(id).append(")");
    }
    if (unsent.size() > shown) text.append(", and ").append(std::to_string(unsent.size() - shown)).append(" more");
    return text;
}

} // namespace headstock::detail
