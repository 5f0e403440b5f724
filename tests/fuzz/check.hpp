// What a fuzz target finds wrong.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Of the input that is run, where it has one: for the words of a failure.
inline std::string_view input_name{};

/// A line on stderr.  Takes no memory: a sanitizer that ends the program may ask for it.
inline void tell(std::string_view what, std::string_view seen) {
    for (const std::string_view part :
         {std::string_view{"fuzz: "}, what, std::string_view{": "}, seen, std::string_view{"\n"}}) {
        if (!part.empty()) std::fwrite(part.data(), 1, part.size(), stderr);
    }
}

/// Unless `holds`, says what is wrong and ends the program: libFuzzer then keeps the input, and
/// a replay says which one it was.  Not an exception, since the library catches those of handlers.
inline void check(bool holds, std::string_view what, std::string_view seen = {}) {
    if (holds) return;
    tell(what, seen);
    if (!input_name.empty()) tell("in", input_name);
    std::abort();
}

/// The same for two texts, which are both shown.
inline void check_same(std::string_view one, std::string_view other, std::string_view what) {
    if (one == other) return;
    tell("one", one);
    tell("other", other);
    check(false, what);
}

} // namespace fuzz
