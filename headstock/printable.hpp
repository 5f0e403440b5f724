// Other people's words made safe for a terminal or a log: no character acts there, and none hides
// another.
//
//     std::cout << printable(message.attribute("from")) << ": " << printable(body.text()) << '\n';
#pragma once

#include "headstock/export.hpp"
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headstock {

/// The first `cap` bytes of `text` (UTF-8) as one line, and "..." where it was cut.  Control
/// characters (C0, DEL, C1), line and paragraph separators and those that change the direction of
/// writing are shown as \xNN or \uNNNN, and so is each byte that is not UTF-8.  Any thread.
HEADSTOCK_API std::string printable(std::string_view text, std::size_t cap = 4096);

namespace detail {

/// How a character that is not shown is written: \x0a, or the character reference &#10; that means
/// the same to XML.
enum class Escape : std::uint8_t { backslash, reference };

/// Append all of `text` to `out` as above.
HEADSTOCK_API void append_printable(std::string& out, std::string_view text, Escape escape);

} // namespace detail
} // namespace headstock
