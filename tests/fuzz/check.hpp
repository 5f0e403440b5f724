// What a fuzz target finds wrong.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Of the input that is run, where it has one: for the words of a failure.
inline std::string_view input_name{};

/// Unless `holds`, says what is wrong and ends the program: libFuzzer then keeps the input, and
/// a replay says which one it was.  Not an exception, since the library catches those of handlers.
inline void check(bool holds, std::string_view what, std::string_view seen = {}) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
                 static_cast<int>(seen.size()), seen.data());
    if (!input_name.empty())
        std::fprintf(stderr, "fuzz: in %.*s\n", static_cast<int>(input_name.size()),
                     input_name.data());
    std::abort();
}

/// The same for two texts, which are both shown.
inline void check_same(std::string_view one, std::string_view other, std::string_view what) {
    if (one == other) return;
    std::fprintf(stderr, "fuzz: one:   %.*s\nfuzz: other: %.*s\n", static_cast<int>(one.size()),
                 one.data(), static_cast<int>(other.size()), other.data());
    check(false, what);
}

} // namespace fuzz
