// Stanzas that wait for a session: before the first one, and between two connections.
#include "bridge/element.hpp"
#include "headstock/ns.hpp"
#include "headstock/session/outbox.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {

void Outbox::await_acks(bool wanted) {
    acks_awaited_ = wanted;
    confirm(confirmed_); // what the socket has need not be kept any more
}

// What may throw comes first, since a client that comes back releases again.
void Outbox::release() {
    const auto before = taken_ + due_.size();
    due_ += waiting_;
    for (auto& record : records_) record.end += before;
    if (copies_) {
        copies_->text.swap(waiting_);
        copies_->begin = 0;
    }
    std::string{}.swap(waiting_);
    released_ = true;
}

void Outbox::keep_copy(const What& what) {
    const auto xml = drafted();
    copies_->entries.push_back({.number = last_number_ + 1,
                                .size = xml.size(),
                                .time = what.time,
                                .scope = what.scope,
                                .message = what.stanza == "message"});
    try {
        if (released_) copies_->text += xml;
    } catch (...) {
        copies_->entries.pop_back();
        throw;
    }
}

std::optional<std::size_t> Outbox::find_entry(std::uint64_t number) const {
    const auto& entries = copies_->entries;
    const auto at = std::lower_bound(
        entries.begin(), entries.end(), number,
        [](const Copies::Entry& entry, std::uint64_t n) { return entry.number < n; });
    if (at == entries.end() || at->number != number) return std::nullopt;
    return static_cast<std::size_t>(at - entries.begin());
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

// The text of the copies becomes what waits, so that nothing is asked of the heap.
void Outbox::hold(bool blamed) {
    if (released_) {
        auto& copies = *copies_;
        copies.text.erase(0, std::exchange(copies.begin, 0));
        waiting_.swap(copies.text);
        std::string{}.swap(copies.text);
        mark_written(blamed);
        sent_ = records_.size();
    }
    if (secret_) wipe(due_);
    due_.clear();
    taken_ = confirmed_ = 0;
    wire_ = kept_ = 0;
    sealed_.reset();
    released_ = secret_ = false;
}

// From here on a record's end counts from the first byte that waits.
void Outbox::mark_written(bool blamed) {
    auto entry = copies_->entries.begin();
    std::uint64_t at = 0;
    for (auto& record : records_) {
        const auto seen = blamed ? record.end - entry->size + 1 : record.end;
        entry->written = entry->written || seen <= confirmed_;
        record.end = at += entry->size;
        ++entry;
    }
}

// Answers are from the address that was asked, and presence for all is a connection's.
void Outbox::restore(const std::vector<Unsent>& stanzas, std::size_t sent) {
    sent_ = sent;
    for (const auto& one : stanzas) {
        const bool presence_for_all = one.stanza == "presence" && one.to.empty();
        const auto scope = presence_for_all     ? Scope::connection
                           : one.stanza == "iq" ? Scope::address
                                                : Scope::client;
        draft() += one.xml;
        keep({one.stanza, one.to, one.id, scope});
        copies_->entries.back().written = one.state != DeliveryState::queued;
        copies_->entries.back().restored = true;
    }
}

void Outbox::none_arrived() noexcept {
    for (auto& entry : copies_->entries) entry.written = false;
}

// Of each stanza, whether it is one of those.  Empty: none is, which is usual between two attempts
// to connect, when much may wait.
std::vector<bool> Outbox::pick(const std::function<bool(const Copies::Entry&)>& picks) const {
    std::vector<bool> picked(records_.size());
    bool any = false;
    std::size_t index = 0;
    for (const auto& entry : copies_->entries) {
        const bool is_one = picks(entry);
        picked[index++] = is_one;
        any = any || is_one;
    }
    return any ? picked : std::vector<bool>{};
}

std::vector<Unsent> Outbox::drop_written() {
    auto dropped = take_out(pick([](const Copies::Entry& entry) { return entry.written; }),
                            DeliveryState::unknown);
    sent_ = 0; // behind what may lack memory
    return dropped;
}

std::vector<Unsent> Outbox::drop(Scope scope) {
    return take_out(pick([scope](const Copies::Entry& entry) { return entry.scope == scope; }),
                    DeliveryState::failed);
}

// Of a session that is suspended the server may have more than the socket has told of: what was
// sent in it is counted, and stays.
bool Outbox::was_sent(const Copies::Entry& entry) const {
    const auto& entries = copies_->entries;
    return sent_ > 0 &&
           entry.number <= entries.begin()[static_cast<std::ptrdiff_t>(sent_) - 1].number;
}

bool Outbox::is_droppable(const Copies::Entry& entry) const {
    return entry.message && !entry.written && entry.again == 0 && !was_sent(entry) &&
           entry.number != last_number_;
}

std::vector<Unsent> Outbox::drop_longer(std::size_t bytes) {
    return take_out(pick([this, bytes](const Copies::Entry& entry) {
                        return entry.size > bytes && !was_sent(entry);
                    }),
                    DeliveryState::failed);
}

std::size_t Outbox::droppable() const {
    std::size_t bytes = 0;
    for (const auto& entry : copies_->entries) {
        if (is_droppable(entry)) bytes += entry.size;
    }
    return bytes;
}

std::vector<Unsent> Outbox::drop_oldest(std::size_t bytes) {
    std::uint64_t last = 0;
    std::size_t found = 0;
    for (const auto& entry : copies_->entries) {
        if (found >= bytes || entry.number == last_number_) break;
        if (is_droppable(entry)) found += entry.size;
        last = entry.number;
    }
    return take_out(pick([this, last](const Copies::Entry& entry) {
                        return is_droppable(entry) && entry.number <= last;
                    }),
                    DeliveryState::failed);
}

// A message that was to go out again was written once, and so has not simply failed.
DeliveryState Outbox::fate(const Copies::Entry& entry, DeliveryState state) {
    return state == DeliveryState::failed && entry.again > 0 ? DeliveryState::unknown : state;
}

std::vector<Unsent> Outbox::take_out(const std::vector<bool>& picked, DeliveryState state) {
    if (picked.empty()) return {};
    auto dropped = unsent();
    auto entry = copies_->entries.begin();
    for (auto& one : dropped) one.state = fate(*entry++, state);
    auto is_picked = picked.begin();
    std::erase_if(dropped, [&](const Unsent&) { return !*is_picked++; });
    drop_waiting(picked, state);
    return dropped;
}

namespace {

// Before the end tag, which an empty element does not have.
std::string with_child(std::string_view stanza, std::string_view child) {
    const auto end_tag = stanza.rfind("</");
    if (end_tag != stanza.npos)
        return concat({stanza.substr(0, end_tag), child, stanza.substr(end_tag)});
    const auto begin = stanza.find('<') + 1;
    const auto name = stanza.substr(begin, stanza.find_first_of(" \t\r\n/>", begin) - begin);
    return concat({stanza.substr(0, stanza.rfind("/>")), ">", child, "</", name, ">"});
}

// Of its own: what it forwards may have one, too.
bool says_when(std::string_view stanza) {
    if (stanza.find(ns::delay) == stanza.npos) return false;
    const auto parsed = bridge::Element::parse(stanza);
    return parsed && parsed->child("delay", ns::delay);
}

} // namespace

// A message that would always end its session is not sent for ever.
bool Outbox::is_sent_again(const Copies::Entry& entry) {
    return entry.message && entry.written && !entry.restored && entry.again < most_again;
}

// All of it is made before anything is changed.
void Outbox::send_again(const std::function<std::string(std::uint64_t time)>& delay) {
    std::string waiting;
    std::vector<std::size_t> sizes;
    std::size_t at = 0;
    for (const auto& entry : copies_->entries) {
        const auto xml =
            std::string_view{waiting_}.substr(std::exchange(at, at + entry.size), entry.size);
        const bool first = is_sent_again(entry) && entry.again == 0;
        const auto before = waiting.size();
        first && !says_when(xml) ? waiting += with_child(xml, delay(entry.time)) : waiting += xml;
        sizes.push_back(waiting.size() - before);
    }
    waiting_ = std::move(waiting);
    auto record = records_.begin();
    auto size = sizes.begin();
    std::uint64_t end = 0;
    for (auto& entry : copies_->entries) {
        entry.size = *size++;
        (record++)->end = end += entry.size;
        if (!is_sent_again(entry)) continue;
        ++entry.again;
        entry.written = false;
    }
}

void Outbox::acknowledge_waiting(std::size_t count) {
    drop_waiting(
        pick([left = count](const Copies::Entry&) mutable { return left > 0 && left-- > 0; }),
        DeliveryState::acked);
    sent_ -= count;
}

// All of it is made before anything is changed.  Before the client comes back for the first time
// there need be no copies, and nothing to drop.
void Outbox::drop_waiting(const std::vector<bool>& picked, DeliveryState state) {
    if (picked.empty()) return;
    Fifo<Record> records;
    Copies copies;
    std::string waiting;
    std::string words;
    std::vector<std::pair<std::uint64_t, DeliveryState>> dropped;
    std::size_t text_at = 0;
    auto words_at = words_begin_;
    auto entry = copies_->entries.begin();
    std::size_t index = 0;
    for (const auto& record : records_) {
        const auto words_size = record.stanza + record.to + record.id;
        if (picked[index++]) {
            dropped.emplace_back(entry->number, fate(*entry, state));
        } else {
            waiting.append(waiting_, text_at, entry->size);
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
    for (const auto& [number, became] : dropped) gone_.note(number, number, became);
}

} // namespace headstock::detail
