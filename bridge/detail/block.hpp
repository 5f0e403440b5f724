// Sixteen bytes of text looked at together, in the vectors that both compilers have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

using Block = unsigned char __attribute__((vector_size(16)));
using Halves = std::uint64_t __attribute__((vector_size(16)));

inline Block load_block(const char* sixteen) {
    Block block;
    std::memcpy(&block, sixteen, sizeof block);
    return block;
}

/// All of `text`, of 1 to 15 bytes, in a block that holds no other bytes.  It is not put together
/// in memory: reading at once what was just written in parts makes a processor wait.
inline Block load_short(std::string_view text) {
    const auto size = text.size();
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (size >= 8) {
        std::memcpy(&first, text.data(), 8);
        std::memcpy(&last, text.data() + size - 8, 8);
    } else if (size >= 4) {
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        std::memcpy(&low, text.data(), 4);
        std::memcpy(&high, text.data() + size - 4, 4);
        first = last = std::uint64_t{high} << 32 | low;
    } else {
        constexpr std::uint64_t each = 0x0101010101010101u;
        first = each * static_cast<unsigned char>(text.front());
        last = each * static_cast<unsigned char>(text.back());
        last = last << 8 | static_cast<unsigned char>(text[size / 2]);
    }
    return reinterpret_cast<Block>(Halves{first, last});
}

/// Whether a comparison of blocks came out true anywhere.
template <class Mask>
bool any(const Mask& mask) {
    const auto halves = reinterpret_cast<Halves>(mask);
    return (halves[0] | halves[1]) != 0;
}

} // namespace bridge::detail
