#include "bridge/detail/name_table.hpp"

#include "bridge/detail/keyed_hash.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace bridge::detail {
namespace {

constexpr std::size_t fewest_slots = 16;

Name split(std::string_view key) {
    const auto line_feed = key.find('\n');
    if (line_feed == key.npos) return {key, {}};
    return {key.substr(line_feed + 1), key.substr(0, line_feed)};
}

} // namespace

void NameTable::count_bytes() {
    bytes_ = arena_.used() + entries_.size() * sizeof(void*) + slots_.size() * sizeof(Slot);
}

bool NameTable::holds(const Slot& slot,
                      std::uint32_t hash,
                      std::string_view key,
                      std::uint64_t tail) const {
    return slot.hash == hash && entries_[slot.id]->is(key, tail);
}

// Without the slots of names that were forgotten.
void NameTable::resize_slots(std::size_t count) {
    const auto before = std::exchange(slots_, std::vector<Slot>(count));
    const auto mask = count - 1;
    for (const auto& slot : before) {
        if (slot.id >= entries_.size()) continue;
        auto at = slot.hash & mask;
        while (slots_[at].id != no_name) at = (at + 1) & mask;
        slots_[at] = slot;
    }
    count_bytes();
}

void NameTable::set_alias(std::string_view from, std::string_view as) {
    aliased_ = from;
    alias_ = as;
}

// Here, where a name is met for the first time, an alias costs nothing afterwards.
Name NameTable::name_of(std::string_view key) const {
    auto name = split(key);
    if (!alias_.empty() && name.ns == aliased_) name.ns = alias_;
    return name;
}

NameTable::Entry* NameTable::add(std::string_view key, std::uint64_t tail) {
    const bool keep = bytes() <= mark_;
    auto* memory = static_cast<char*>(arena_.allocate(sizeof(Entry) + key.size()));
    std::memcpy(memory + sizeof(Entry), key.data(), key.size());
    const std::string_view stored{memory + sizeof(Entry), key.size()};
    const auto size = static_cast<std::uint32_t>(key.size());
    const auto id = static_cast<NameId>(entries_.size());
    auto* entry = new (memory) Entry{name_of(stored), tail, size, id};
    entries_.push_back(entry);
    count_bytes();
    if (keep) {
        kept_ = entries_.size();
        kept_mark_ = arena_.mark();
    }
    return entry;
}

const NameTable::Entry& NameTable::find_or_add(std::string_view key, std::uint64_t tail) {
    if (slots_.size() <= 2 * entries_.size()) {
        resize_slots(std::max(fewest_slots, 2 * slots_.size()));
    }
    const auto hash = static_cast<std::uint32_t>(keyed_hash(key));
    const auto mask = slots_.size() - 1;
    auto at = hash & mask;
    while (slots_[at].id != no_name && !holds(slots_[at], hash, key, tail)) at = (at + 1) & mask;
    if (slots_[at].id == no_name) slots_[at] = {add(key, tail)->id, hash};
    hints_.note(key.size(), tail, slots_[at].id);
    return *entries_[slots_[at].id];
}

NameId NameTable::forget_late() {
    entries_.resize(kept_);
    arena_.rewind(kept_mark_);
    resize_slots(std::bit_ceil(std::max(fewest_slots, 2 * kept_ + 1)));
    return static_cast<NameId>(kept_);
}

} // namespace bridge::detail
