// What is kept of a peer's words: as much as a reader may want, whatever the peer has written.
#pragma once

#include <cstddef>
#include <string_view>

namespace headstock::detail {

/// Bytes of each text of a peer's in an Error.
inline constexpr std::size_t longest_kept = 4096;

/// The first `longest_kept` bytes of UTF-8, or fewer, since no character is cut.  Borrows.
constexpr std::string_view beginning(std::string_view text) {
    if (text.size() <= longest_kept) return text;
    auto size = longest_kept;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) --size;
    return text.substr(0, size);
}

} // namespace headstock::detail
