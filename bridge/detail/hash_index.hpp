// Numbers found by a hash: what they stand for lies elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bridge::detail {

/// Open addressing, at most half full.  The hash is stored beside the number, so that neither a
/// search nor a growing table reads what the numbers of other hashes stand for, which is scattered
/// in memory.
class HashIndex {
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    /// The number that was added with this hash and of which `is(number)` is true; or none.
    template <class Is>
    std::uint32_t find(std::uint32_t hash, Is is) const {
        if (slots_.empty()) return none;
        auto at = hash & mask();
        while (slots_[at].number != none && !(slots_[at].hash == hash && is(slots_[at].number)))
            at = (at + 1) & mask();
        return slots_[at].number;
    }
    /// So that `count` numbers fit.  Throws std::bad_alloc.
    void make_room(std::size_t count) {
        auto size = slots_.empty() ? fewest : slots_.size();
        while (size < 2 * count) size *= 2;
        if (size != slots_.size()) resize(size, none);
    }
    /// For which there is room.
    void add(std::uint32_t hash, std::uint32_t number) noexcept { put({number, hash}); }
    /// Without the numbers from `count` on.  Throws std::bad_alloc.
    void cut(std::size_t count) {
        auto size = fewest;
        while (size < 2 * count) size *= 2;
        resize(size, static_cast<std::uint32_t>(count));
    }

    std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

private:
    static constexpr std::size_t fewest = 16;

    struct Slot {
        std::uint32_t number = none;
        std::uint32_t hash = 0;
    };

    std::size_t mask() const { return slots_.size() - 1; }
    void put(const Slot& slot) noexcept {
        auto at = slot.hash & mask();
        while (slots_[at].number != none) at = (at + 1) & mask();
        slots_[at] = slot;
    }
    // With the numbers below `end`.
    void resize(std::size_t size, std::uint32_t end) {
        const auto before = std::exchange(slots_, std::vector<Slot>(size));
        for (const auto& slot : before) {
            if (slot.number < end) put(slot);
        }
    }

    std::vector<Slot> slots_{};
};

} // namespace bridge::detail
