// Comparing names: most that differ do so in length or at the end, and many are 8 bytes or less.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

/// The last 8 bytes of `key`, or all of a shorter one: keys of one length up to 8 with the same tail
/// are the same.
inline std::uint64_t tail_of(std::string_view key) {
    const auto size = key.size();
    std::uint64_t tail = 0;
    if (size >= 8) {
        std::memcpy(&tail, key.data() + size - 8, 8);
    } else if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, key.data(), 4);
        std::memcpy(&last, key.data() + size - 4, 4);
        tail = std::uint64_t{last} << 32 | first;
    } else {
        for (const char c : key) tail = tail << 8 | static_cast<unsigned char>(c);
    }
    return tail;
}

/// Whether two keys of one length and with the same tail are the same.
inline bool same_head(std::string_view a, std::string_view b) {
    return a.size() <= 8 || std::memcmp(a.data(), b.data(), a.size() - 8) == 0;
}

/// Whether two keys are the same.  Neither is empty.
inline bool same_key(std::string_view a, std::string_view b) {
    return a.size() == b.size() && a.front() == b.front() && tail_of(a) == tail_of(b) &&
           same_head(a, b);
}

} // namespace bridge::detail
