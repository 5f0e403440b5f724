// Text of ASCII alone, which needs none of Unicode's rules.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace headstock::detail {

inline bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Append `text` to `out`, its letters from A to Z in lower case.
inline void append_lower(std::string_view text, std::string& out) {
    auto at = out.size();
    for (out += text; at < out.size(); ++at) {
        if (out[at] >= 'A' && out[at] <= 'Z') out[at] = static_cast<char>(out[at] + ('a' - 'A'));
    }
}

} // namespace headstock::detail
