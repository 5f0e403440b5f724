// 999 rows for messages that never come, to see what rows cost that are only there.
#pragma once

#include "headstock/path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace bench {

// "message/{urn:bench:h:1}" and so on: anything of that namespace.
template <std::size_t Number>
inline constexpr auto never_text = [] {
    constexpr std::string_view begin = "message/{urn:bench:h:";
    std::array<char, begin.size() + 6> text{}; // four digits, the brace, and the end
    auto* to = std::copy(begin.begin(), begin.end(), text.begin());
    for (std::size_t unit = 1000; unit > 0; unit /= 10) {
        if (Number >= unit) *to++ = static_cast<char>('0' + Number / unit % 10);
    }
    *to = '}';
    return text;
}();

template <std::size_t... I>
constexpr auto make_never_paths(std::index_sequence<I...>) {
    return std::array<headstock::Path, sizeof...(I)>{{{never_text<I + 1>.data()}...}};
}

inline constexpr auto never_paths = make_never_paths(std::make_index_sequence<999>{});

} // namespace bench
