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
    if (acks_awaited_ || !released_ || records_.empty()) return;
    if (records_.back().end <= confirmed_) return forget_all(DeliveryState::written);
    while (records_.front().end <= confirmed_) forget_front(DeliveryState::written);
}

void Outbox::acknowledge(std::size_t count) {
    if (!released_) {
        acknowledge_waiting(count);
    } else if (count > 0 && count == records_.size()) {
        forget_all(DeliveryState::acked);
    } else {
        for (; count > 0; --count) forget_front(DeliveryState::acked);
    }
}

void Outbox::forget_front(DeliveryState state) {
    const auto& record = records_.front();
    gone_.note(front_number(), front_number(), state);
    if (copies_) forget_front_copy();
    words_begin_ += record.stanza + record.to + record.id;
    records_.pop_front();
    if (words_begin_ <= words_.size() / 2) return;
    words_.erase(0, words_begin_);
    words_begin_ = 0;
}

void Outbox::forget_front_copy() {
    auto& copies = *copies_;
    copies.begin += copies.entries.front().size;
    copies.entries.pop_front();
    if (copies.begin <= copies.text.size() / 2) return;
    copies.text.erase(0, std::exchange(copies.begin, 0));
}

void Outbox::forget_all(DeliveryState state) {
    if (copies_) {
        for (const auto& entry : copies_->entries) gone_.note(entry.number, entry.number, state);
        copies_->entries.clear();
        copies_->text.clear();
        copies_->begin = 0;
    } else {
        gone_.note(front_number(), last_number_, state);
    }
    records_.clear();
    words_.clear();
    words_begin_ = 0;
    shrink();
}

// What a burst needed goes.
void Outbox::shrink() noexcept {
    if (words_.capacity() > most_reserved) words_ = {};
    if (copies_ && copies_->text.capacity() > most_reserved) copies_->text = {};
}

std::string emptied(std::string spent) {
    if (spent.capacity() > most_reserved) return {};
    spent.clear();
    return spent;
}

} // namespace headstock::detail
