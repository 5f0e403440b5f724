// Comparing with a word that the compiler knows: an instruction or two, where a call would be made.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace headstock::detail {

template <std::size_t N>
bool is_word(std::string_view text, const char (&word)[N]) {
    return text.size() == N - 1 && std::memcmp(text.data(), word, N - 1) == 0;
}

} // namespace headstock::detail
