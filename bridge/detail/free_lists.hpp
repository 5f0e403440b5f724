// Blocks given back to an arena, by size, so that editing an element for hours does not make it
// grow.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

namespace bridge::detail {

/// Free blocks in size classes: steps of 8 bytes up to 128, powers of two above.  Lives in the
/// arena.
class FreeLists {
public:
    static constexpr std::size_t small = 128; ///< Up to here the classes are steps of 8 bytes.

    /// The size of the class that holds a block of `size` bytes: what to allocate for it.
    static constexpr std::size_t round_up(std::size_t size) {
        return size <= small ? (size + 7) & ~std::size_t{7} : std::bit_ceil(size);
    }

    void push(void* block, std::size_t size) {
        auto* free = static_cast<Block*>(block);
        auto& list = lists_[index(size <= small ? size : std::bit_floor(size))];
        free->next = list;
        list = free;
    }

    /// A block of round_up(size) bytes or more, or null.
    void* pop(std::size_t size) {
        auto& list = lists_[index(round_up(size))];
        Block* block = list;
        if (block != nullptr) list = block->next;
        return block;
    }

private:
    struct Block {
        Block* next;
    };
    static constexpr std::size_t small_classes = small / 8;
    static constexpr std::size_t large_classes = 40 - 8; // 256 bytes up to a terabyte

    static constexpr std::size_t index(std::size_t size) {
        if (size <= small) return size / 8 - 1;
        return small_classes + static_cast<std::size_t>(std::bit_width(size)) - 9;
    }

    std::array<Block*, small_classes + large_classes> lists_{};
};

} // namespace bridge::detail
