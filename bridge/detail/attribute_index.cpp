#include "bridge/detail/attribute_index.hpp"

#include "bridge/detail/keyed_hash.hpp"
#include "bridge/detail/tree.hpp"

#include <bit>
#include <new>
#include <utility>

namespace bridge::detail {
namespace {

std::uint32_t hash_of(const Name& name) {
    return static_cast<std::uint32_t>(keyed_hash(name.local) + std::rotl(keyed_hash(name.ns), 1));
}

void* allocate_or_null(Arena& arena, std::size_t size) noexcept {
    try {
        return arena.allocate(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

} // namespace

AttributeIndex* AttributeIndex::make(Arena& arena, AttributeNode*& first) noexcept {
    void* const memory = allocate_or_null(arena, sizeof(AttributeIndex));
    if (memory == nullptr) return nullptr;
    auto* const index = new (memory) AttributeIndex;
    index->end_ = &first;
    while (*index->end_ != nullptr) {
        if (index->added(arena, *index->end_)) continue;
        release(arena, index);
        return nullptr;
    }
    return index;
}

void AttributeIndex::release(Arena& arena, AttributeIndex* index) noexcept {
    if (index->slots_ != nullptr) arena.release(index->slots_, index->count_ * sizeof(Slot));
    arena.release(index, sizeof(AttributeIndex));
}

AttributeNode** AttributeIndex::find(const Name& name) const noexcept {
    const auto hash = hash_of(name);
    for (auto at = hash & mask(); slots_[at].link != nullptr; at = (at + 1) & mask()) {
        const auto& slot = slots_[at];
        if (slot.hash == hash && same_name(*(*slot.link)->name, name)) return slot.link;
    }
    return end_;
}

bool AttributeIndex::added(Arena& arena, AttributeNode* attribute) noexcept {
    if (count_ < 2 * (used_ + 1) && !resize(arena, count_ == 0 ? 4 * fewest : 2 * count_))
        return false;
    put(end_, hash_of(*attribute->name));
    ++used_;
    end_ = &attribute->next;
    return true;
}

void AttributeIndex::removing(AttributeNode** link) noexcept {
    AttributeNode& gone = **link;
    vacate(slot_of(link, hash_of(*gone.name)));
    --used_;
    if (gone.next == nullptr) {
        end_ = link;
    } else {
        slots_[slot_of(&gone.next, hash_of(*gone.next->name))].link = link;
    }
}

bool AttributeIndex::resize(Arena& arena, std::size_t count) noexcept {
    auto* const memory = static_cast<Slot*>(allocate_or_null(arena, count * sizeof(Slot)));
    if (memory == nullptr) return false;
    Slot* const before = std::exchange(slots_, memory);
    const auto count_before = std::exchange(count_, count);
    for (std::size_t at = 0; at < count; ++at) new (slots_ + at) Slot{nullptr, 0};
    for (std::size_t at = 0; at < count_before; ++at) {
        if (before[at].link != nullptr) put(before[at].link, before[at].hash);
    }
    if (before != nullptr) arena.release(before, count_before * sizeof(Slot));
    return true;
}

void AttributeIndex::put(AttributeNode** link, std::uint32_t hash) noexcept {
    auto at = hash & mask();
    while (slots_[at].link != nullptr) at = (at + 1) & mask();
    slots_[at] = {link, hash};
}

std::size_t AttributeIndex::slot_of(AttributeNode** link, std::uint32_t hash) const noexcept {
    auto at = hash & mask();
    while (slots_[at].link != link) at = (at + 1) & mask();
    return at;
}

// What stands behind moves up, so that every search still ends at the first empty slot.
void AttributeIndex::vacate(std::size_t at) noexcept {
    for (auto next = (at + 1) & mask(); slots_[next].link != nullptr; next = (next + 1) & mask()) {
        const auto home = slots_[next].hash & mask();
        if (((next - home) & mask()) < ((next - at) & mask()))
            continue; // it would stand before its home
        slots_[at] = slots_[next];
        at = next;
    }
    slots_[at] = {nullptr, 0};
}

} // namespace bridge::detail
