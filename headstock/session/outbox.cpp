#include "headstock/session/outbox.hpp"

#include "bridge/detail/text_buffer.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t most_reserved = 64u << 10; // bytes, of what a burst needed

} // namespace

std::string& Outbox::draft() {
    if (released_ && due_.empty()) due_.reserve(usual_);
    kept_ = bytes().size();
    return bytes();
}

void Outbox::keep(const What& what) {
    records_.push_back({(released_ ? taken_ : 0) + bytes().size(), what.stanza.size(),
                        what.to.size(), what.id.size()});
    const auto before = words_.size();
    try {
        bridge::detail::TextBuffer words{words_};
        words.put(what.stanza, what.to, what.id);
        words.flush();
        if (copies_) keep_copy(what);
        ++last_number_;
    } catch (...) {
        words_.resize(before);
        records_.pop_back();
        throw;
    }
}

std::string Outbox::take(std::string spent) {
    if (sealed_) return take_sealed();
    usual_ = std::min(due_.size(), most_reserved);
    taken_ += due_.size();
    secret_ = false;
    return std::exchange(due_, emptied(std::move(spent)));
}

void Outbox::confirm(std::uint64_t total) {
    confirmed_ = std::max(confirmed_, std::min(total, taken_));
    if (released_ && !records_.empty() && records_.back().end <= confirmed_) return forget_all();
    while (released_ && !records_.empty() && records_.front().end <= confirmed_) forget_front();
}

void Outbox::forget_front() {
    const auto& record = records_.front();
    if (copies_) forget_front_copy();
    words_begin_ += record.stanza + record.to + record.id;
    records_.pop_front();
    if (words_begin_ <= words_.size() / 2) return;
    words_.erase(0, words_begin_);
    words_begin_ = 0;
}

void Outbox::forget_all() {
    if (copies_) *copies_ = {};
    records_.clear();
    words_.clear();
    words_begin_ = 0;
    if (words_.capacity() > most_reserved) words_ = {};
}

std::string emptied(std::string spent) {
    if (spent.capacity() > most_reserved) return {};
    spent.clear();
    return spent;
}

} // namespace headstock::detail
