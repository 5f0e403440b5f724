// Other people's words made safe for a terminal or a log: no control character acts there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headstock::detail {

/// At most `cap` bytes of `text`, with control characters (C0, DEL, and C1 in UTF-8) as \xNN, and "..."
/// where it was cut.
inline std::string printable(std::string_view text, std::size_t cap = 4096) {
    static constexpr char hex[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < text.size() && i < cap; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
        if (byte >= 0x20 && byte != 0x7f && !c1) {
            out += text[i];
            continue;
        }
        const auto shown = c1 ? next : byte;
        out += {'\\', 'x', hex[shown >> 4], hex[shown & 15]};
        i += c1;
    }
    if (text.size() > cap) out += "...";
    return out;
}

} // namespace headstock::detail
