// Comparing names: most that differ do so in length or at the end, and many are 8 bytes or less.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bridge::detail {

template <class T>
T load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

/// The last 8 bytes of `key`, or all of a shorter one: keys of one length up to 8 with the same
/// tail are the same.
inline std::uint64_t tail_of(std::string_view key) {
    const auto size = key.size();
    if (size >= 8) return load<std::uint64_t>(key.data() + size - 8);
    if (size >= 4) {
        const std::uint64_t last = load<std::uint32_t>(key.data() + size - 4);
        return last << 32 | load<std::uint32_t>(key.data());
    }
    if (size >= 2) {
        const std::uint64_t last = load<std::uint16_t>(key.data() + size - 2);
        return last << 32 | load<std::uint16_t>(key.data());
    }
    return size == 1 ? static_cast<unsigned char>(key.front()) : 0;
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
