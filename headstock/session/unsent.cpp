// What is not sent, or not yet: refusals, the stanzas that wait for the session to be ready, those
// that never went.
#include "headstock/session/outbox.hpp"
#include "headstock/session/outgoing.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

Outgoing refuse(std::string why) {
    Outgoing refused;
    refused.error = Error{Errc::invalid_stanza, concat({"not sent: ", why})};
    return refused;
}

// What may throw comes first, since a client that comes back releases again.
std::vector<std::string> Outbox::release() {
    std::vector<std::string> stanzas;
    std::size_t begin = 0;
    for (const auto& record : records_) {
        const auto end = static_cast<std::size_t>(record.end);
        stanzas.push_back(waiting_.substr(begin, end - begin));
        begin = end;
    }
    const auto before = taken_ + due_.size();
    due_ += waiting_;
    for (auto& record : records_) record.end += before;
    if (copies_) {
        copies_->text.swap(waiting_);
        copies_->begin = 0;
    }
    std::string{}.swap(waiting_);
    released_ = true;
    return stanzas;
}

void Outbox::keep_copy(const What& what) {
    const auto xml = drafted();
    copies_->entries.push_back({last_number_ + 1, xml.size(), what.scope});
    try {
        if (released_) copies_->text += xml;
    } catch (...) {
        copies_->entries.pop_back();
        throw;
    }
}

void Outbox::forget_front_copy() {
    auto& copies = *copies_;
    copies.begin += copies.entries.front().size;
    copies.entries.pop_front();
    if (copies.begin <= copies.text.size() / 2) return;
    copies.text.erase(0, std::exchange(copies.begin, 0));
}

bool Outbox::holds(std::uint64_t number) const {
    const auto& entries = copies_->entries;
    const auto at = std::lower_bound(
        entries.begin(), entries.end(), number,
        [](const Copies::Entry& entry, std::uint64_t n) { return entry.number < n; });
    return at != entries.end() && at->number == number;
}

std::string Outbox::take_sealed() {
    auto bytes = due_.substr(0, *sealed_);
    if (secret_) wipe(due_.data(), bytes.size());
    due_.erase(0, bytes.size());
    taken_ += bytes.size();
    sealed_ = 0;
    secret_ = false;
    return bytes;
}

void Outbox::hold() {
    if (released_) keep_waiting_but(Scope::connection);
    if (secret_) wipe(due_);
    due_.clear();
    taken_ = confirmed_ = 0;
    wire_ = kept_ = 0;
    sealed_.reset();
    released_ = secret_ = false;
}

std::size_t Outbox::forget_address() { return keep_waiting_but(Scope::address); }

// All of it is made before anything is changed.
std::size_t Outbox::keep_waiting_but(Scope dropped) {
    const auto& text = released_ ? copies_->text : waiting_;
    Fifo<Record> records;
    Copies copies;
    std::string waiting;
    std::string words;
    std::size_t count = 0;
    auto text_at = released_ ? copies_->begin : 0;
    auto words_at = words_begin_;
    auto entry = copies_->entries.begin();
    for (const auto& record : records_) {
        const auto words_size = record.stanza + record.to + record.id;
        if (entry->scope == dropped) {
            ++count;
        } else {
            waiting.append(text, text_at, entry->size);
            words.append(words_, words_at, words_size);
            records.push_back({waiting.size(), record.stanza, record.to, record.id});
            copies.entries.push_back(*entry);
        }
        text_at += entry->size;
        words_at += words_size;
        ++entry;
    }
    *copies_ = std::move(copies);
    records_ = std::move(records);
    waiting_ = std::move(waiting);
    words_ = std::move(words);
    words_begin_ = 0;
    return count;
}

std::vector<Unsent> Outbox::unsent() const {
    std::vector<Unsent> all;
    auto at = words_begin_;
    const auto next = [&](std::size_t size) {
        return words_.substr(std::exchange(at, at + size), size);
    };
    for (const auto& record : records_) {
        auto stanza = next(record.stanza);
        auto to = next(record.to);
        all.push_back({std::move(stanza), std::move(to), next(record.id)});
    }
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
