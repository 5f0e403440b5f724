#include "headstock/text/saslprep.hpp"

#include "headstock/crypto/secret.hpp"
#include "headstock/text/unicode.hpp"

#include <algorithm>
#include <iterator>

namespace headstock::detail {
namespace {

using unicode::Bidi;

struct CodePoints {
    char32_t first;
    char32_t last;
};

// The tables of RFC 3454 that RFC 4013 names.
constexpr CodePoints mapped_to_nothing[] = {
    // B.1
    {0xAD, 0xAD},     {0x34F, 0x34F},   {0x1806, 0x1806}, {0x180B, 0x180D},
    {0x200B, 0x200D}, {0x2060, 0x2060}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
};
constexpr CodePoints other_spaces[] = {
    // C.1.2
    {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200B},
    {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};
constexpr CodePoints controls[] = {
    // C.2.1, C.2.2
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x6DD, 0x6DD},   {0x70F, 0x70F},
    {0x180E, 0x180E}, {0x200C, 0x200D}, {0x2028, 0x2029}, {0x2060, 0x2063},
    {0x206A, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFC}, {0x1D173, 0x1D17A},
};
constexpr CodePoints private_use[] = {
    // C.3
    {0xE000, 0xF8FF},
    {0xF0000, 0xFFFFD},
    {0x100000, 0x10FFFD},
};
constexpr CodePoints unsuitable[] = {
    // C.6 to C.9: plain text, canonical form, display, tags
    {0xFFF9, 0xFFFD}, {0x2FF0, 0x2FFB}, {0x340, 0x341},     {0x200E, 0x200F},
    {0x202A, 0x202E}, {0x206A, 0x206F}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F},
};

template <std::size_t size>
bool is_in(const CodePoints (&table)[size], char32_t c) {
    return std::any_of(std::begin(table), std::end(table),
                       [c](CodePoints range) { return c >= range.first && c <= range.last; });
}

std::u32string mapped(std::u32string_view text) {
    std::u32string result;
    result.reserve(text.size());
    for (const char32_t c : text) {
        if (is_in(other_spaces, c)) { // before B.1, which has U+200B too
            result += U' ';
        } else if (!is_in(mapped_to_nothing, c)) {
            result += c;
        }
    }
    return result;
}

const char* prohibition(char32_t c) {
    if (is_in(controls, c)) return "a control character";
    if (is_in(private_use, c)) return "a private use character";
    if (unicode::is_noncharacter(c)) return "a noncharacter";
    if (is_in(unsuitable, c)) return "a character unsuitable for plain text";
    if (is_in(other_spaces, c)) return "a space other than U+0020";
    return nullptr; // C.5, surrogates, are no UTF-8
}

// RFC 3454 section 6: all one way, and right-to-left at both ends.
bool mixes_directions(std::u32string_view text) {
    const auto leftward = [](char32_t c) {
        const auto kind = unicode::bidi(c);
        return kind == Bidi::r || kind == Bidi::al;
    };
    const auto rightward = [](char32_t c) { return unicode::bidi(c) == Bidi::l; };
    if (std::none_of(text.begin(), text.end(), leftward)) return false;
    return std::any_of(text.begin(), text.end(), rightward) || !leftward(text.front()) ||
           !leftward(text.back());
}

std::nullopt_t refuse(Error* error, const std::string& reason) {
    if (error) *error = Error(Errc::invalid_option, reason + " (SASLprep, RFC 4013)");
    return std::nullopt;
}

} // namespace

std::optional<std::string> saslprep(std::string_view text, Error* error) {
    const bool printable_ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (printable_ascii) return std::optional<std::string>{std::in_place, text};

    auto points = unicode::decode(text);
    if (!points) return refuse(error, "it is not valid UTF-8");
    const WipeAtEnd points_wiped{*points};
    auto without = mapped(*points);
    const WipeAtEnd without_wiped{without};
    auto result = unicode::normalize(without, unicode::Form::nfkc);
    const WipeAtEnd result_wiped{result};
    for (const char32_t c : result) {
        if (const auto* what = prohibition(c))
            return refuse(error, std::string("it holds ") + what);
    }
    if (mixes_directions(result)) return refuse(error, "it mixes writing directions");
    auto utf8 = unicode::encode(result);
    const WipeAtEnd utf8_wiped{utf8};
    return std::optional<std::string>{std::in_place, utf8};
}

} // namespace headstock::detail
