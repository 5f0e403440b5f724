// Copying a few bytes: a call of the library for each name and value costs more than its bytes.
#pragma once

#include <cstring>
#include <string_view>

namespace bridge::detail {

/// Copies `from` to `to`, where it must not lie; gives the place behind the copy.  Up to 32 bytes
/// are two or three copies of a size that the compiler knows, which may lie one over the other.
inline char* copy_bytes(char* to, std::string_view from) {
    const char* const data = from.data();
    const auto size = from.size();
    if (size < 8) {
        if (size >= 4) {
            std::memcpy(to, data, 4);
            std::memcpy(to + size - 4, data + size - 4, 4);
        } else if (size > 0) {
            to[0] = data[0];
            to[size / 2] = data[size / 2];
            to[size - 1] = data[size - 1];
        }
    } else if (size < 16) {
        std::memcpy(to, data, 8);
        std::memcpy(to + size - 8, data + size - 8, 8);
    } else if (size <= 32) {
        std::memcpy(to, data, 16);
        std::memcpy(to + size - 16, data + size - 16, 16);
    } else {
        std::memcpy(to, data, size);
    }
    return to + size;
}

} // namespace bridge::detail
