#include "headstock/text/concat.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::detail::concat;

TEST_CASE("concat: parts of any kind stand one behind the other") {
    CHECK(concat({}).empty());
    const std::string text = "text";
    const std::string_view view = "a view";
    CHECK(concat({"words, ", text, "", ", ", view, ", ", std::to_string(7)}) ==
          "words, text, a view, 7");
    CHECK(concat({std::string_view{"a\0b", 3}, "c"}) == std::string{"a\0bc", 4});
}
