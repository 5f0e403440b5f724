// Sixteen bytes of text looked at together, in the vectors that both compilers have.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

using Block = unsigned char __attribute__((vector_size(16)));

inline Block load_block(const char* sixteen) {
    Block block;
    std::memcpy(&block, sixteen, sizeof block);
    return block;
}

/// All of `text`, of 1 to 15 bytes, in a block that holds no other bytes.
inline Block load_short(std::string_view text) {
    const auto size = text.size();
    std::array<std::uint64_t, 2> halves{};
    if (size >= 8) {
        std::memcpy(&halves[0], text.data(), 8);
        std::memcpy(&halves[1], text.data() + size - 8, 8);
    } else if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, text.data(), 4);
        std::memcpy(&last, text.data() + size - 4, 4);
        halves[0] = halves[1] = std::uint64_t{last} << 32 | first;
    } else {
        constexpr std::uint64_t each = 0x0101010101010101u;
        const std::uint64_t last = each * static_cast<unsigned char>(text.back());
        halves[0] = each * static_cast<unsigned char>(text.front());
        halves[1] = last << 8 | static_cast<unsigned char>(text[size / 2]);
    }
    Block block;
    std::memcpy(&block, halves.data(), sizeof block);
    return block;
}

/// Whether a comparison of blocks came out true anywhere.
template <class Mask>
bool any(const Mask& mask) {
    std::array<std::uint64_t, 2> halves{};
    static_assert(sizeof mask == sizeof halves);
    std::memcpy(halves.data(), &mask, sizeof mask);
    return (halves[0] | halves[1]) != 0;
}

} // namespace bridge::detail
