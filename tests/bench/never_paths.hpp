// 999 rows for messages that never come, to see what rows cost that are only there.
#pragma once

#include "headstock/path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace bench {

inline constexpr std::size_t never_count = 999;

// "message/{urn:bench:h:1}" and so on: anything of that namespace.
inline constexpr auto never_texts = [] {
    constexpr std::string_view begin = "message/{urn:bench:h:";
    std::array<std::array<char, begin.size() + 5>, never_count> texts{}; // digits, brace, end
    for (std::size_t i = 0; i < never_count; ++i) {
        auto* to = std::copy(begin.begin(), begin.end(), texts[i].begin());
        for (std::size_t unit = 100; unit > 0; unit /= 10) {
            if (i + 1 >= unit) *to++ = static_cast<char>('0' + (i + 1) / unit % 10);
        }
        *to = '}';
    }
    return texts;
}();

template <std::size_t... I>
constexpr auto make_never_paths(std::index_sequence<I...>) {
    return std::array<headstock::Path, sizeof...(I)>{{{never_texts[I].data()}...}};
}

inline constexpr auto never_paths = make_never_paths(std::make_index_sequence<never_count>{});

} // namespace bench
