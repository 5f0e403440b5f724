#include "headstock/detail/outbox.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Outbox::stanza(std::string xml, Unsent what) {
    if (released_) {
        ready_ += xml;
        records_.push_back({taken_ + ready_.size(), std::move(what)});
    } else {
        waiting_bytes_ += xml.size();
        waiting_.push_back(std::move(xml));
        records_.push_back({waiting_bytes_, std::move(what)});
    }
}

std::vector<std::string> Outbox::release() {
    for (auto& record : records_) record.end += taken_ + ready_.size();
    for (const auto& xml : waiting_) ready_ += xml;
    waiting_bytes_ = 0;
    released_ = true;
    return std::exchange(waiting_, {});
}

std::string Outbox::take() {
    taken_ += ready_.size();
    return std::exchange(ready_, {});
}

void Outbox::confirm(std::uint64_t total) {
    confirmed_ = std::max(confirmed_, std::min(total, taken_));
    while (released_ && !records_.empty() && records_.front().end <= confirmed_)
        records_.pop_front();
}

std::size_t Outbox::pending() const {
    return static_cast<std::size_t>(taken_ - confirmed_) + ready_.size() + waiting_bytes_;
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
    if (unsent.size() > shown)
        text.append(", and ").append(std::to_string(unsent.size() - shown)).append(" more");
    return text;
}

} // namespace headstock::detail
