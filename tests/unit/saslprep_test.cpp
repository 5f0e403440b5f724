#include "headstock/text/saslprep.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <string>

using namespace std::string_literals;
using headstock::Errc;
using headstock::Error;
using headstock::detail::saslprep;

namespace {

std::string refusal(std::string_view text) {
    Error error;
    CHECK_FALSE(saslprep(text, &error));
    CHECK(error.code == Errc::invalid_option);
    return error.text;
}

} // namespace

TEST_CASE("SASLprep maps as RFC 4013 section 3 shows") {
    struct Row {
        std::string text;
        std::string prepared;
    };
    const Row rows[] = {
        {"I\xC2\xADX", "IX"}, // soft hyphen: to nothing
        {"user", "user"},
        {"USER", "USER"},       // case stays
        {"\xC2\xAA", "a"},      // feminine ordinal, NFKC
        {"\xE2\x85\xA8", "IX"}, // Roman numeral nine, NFKC
        {"I\xC2\xA0X", "I X"},  // no-break space, C.1.2
        {"\xE2\x80\x83", " "},  // em space, C.1.2
        {"a\xE2\x80\x8B"
         "b",
         "a b"}, // zero width space: C.1.2 goes before B.1
        {"a\xE2\x80\x8D"
         "b",
         "ab"}, // joiner, B.1
        {"p\xE2\x84\xABssword", "p\xC3\x85ssword"},
        {"ramo\xCC\x81n", "ram\xC3\xB3n"},
        {"\xC8\xA1", "\xC8\xA1"}, // U+0221, unassigned in Unicode 3.2: passes, as in a query
        {"\xD7\x90\xD7\x91", "\xD7\x90\xD7\x91"},
        {"\xD8\xA7"
         "1\xD8\xA8",
         "\xD8\xA7"
         "1\xD8\xA8"},
        {"", ""},
        {" !\"#~", " !\"#~"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(saslprep(row.text) == row.prepared);
        CHECK(saslprep(row.prepared) == row.prepared);
    }
}

TEST_CASE("SASLprep refuses what RFC 3454 prohibits, by table") {
    CHECK(refusal("\x07") == "it holds a control character (SASLprep, RFC 4013)");
    const std::string rows[] = {
        "a\0b"s,
        "\x7F",
        "\xC2\x85", // C.2.2
        "\xDB\x9D",
        "\xE2\x80\xA8",
        "\xF0\x9D\x85\xB3", // U+06DD, U+2028, U+1D173
        "\xEE\x80\x80",
        "\xF3\xB0\x80\x80", // C.3 private use
        "\xEF\xB7\x90",
        "\xEF\xBF\xBE",
        "\xF4\x8F\xBF\xBF", // C.4 noncharacters
        "\xEF\xBF\xBD",     // C.6 replacement character
        "\xE2\xBF\xB0",     // C.7 ideographic description
        "\xE2\x80\x8E",
        "\xE2\x80\xAE", // C.8 left-to-right mark, override
        "\xF3\xA0\x80\x81",
        "\xF3\xA0\x81\x81", // C.9 tags
    };
    for (const auto& text : rows) {
        CAPTURE(text);
        CHECK_FALSE(saslprep(text));
    }
}

TEST_CASE("SASLprep refuses mixed directions") {
    CHECK(refusal("\xD8\xA7"
                  "1") == "it mixes writing directions (SASLprep, RFC 4013)");
    CHECK_FALSE(saslprep("1\xD8\xA7"));
    CHECK_FALSE(saslprep("\xD8\xA7"
                         "a\xD8\xA7"));
    CHECK_FALSE(saslprep("a\xD7\x90"));
}

TEST_CASE("SASLprep refuses what is not UTF-8 before it looks anything up") {
    for (const auto* text :
         {"\xC0\xAF", "\xFF", "a\xC3", "\xED\xA0\x80", "\xF8\x88\x80\x80\x80", "\xE2\x28\xA1"}) {
        CAPTURE(text);
        CHECK(refusal(text) == "it is not valid UTF-8 (SASLprep, RFC 4013)");
    }
}
