// What the JID and SASLprep profiles ask of Unicode: code points, their properties, two normal
// forms, lower case.  The tables are utf8proc's, and unicode.cpp is the only file that knows it.
//
// Everything here is pure and may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail::unicode {

/// General_Category, by the names of the Unicode standard.
// clang-format off
enum class Category : std::uint8_t {
    cn, lu, ll, lt, lm, lo, mn, mc, me, nd, nl, no, pc, pd, ps, pe, pi, pf, po,
    sm, sc, sk, so, zs, zl, zp, cc, cf, cs, co
};
// clang-format on

/// Bidi_Class, as far as RFC 3454 and RFC 5893 tell classes apart.
enum class Bidi : std::uint8_t { l, r, al, an, en, es, cs, et, on, bn, nsm, other };

/// Joining_Type, as far as the rule for the zero width non-joiner asks (RFC 5892 A.1).
enum class Joining : std::uint8_t { none, left, dual, right, transparent };

/// The scripts that context rules name (RFC 5892 A.4 to A.7).
enum class Script : std::uint8_t { other, greek, hebrew, kana_or_han };

enum class Form : std::uint8_t { nfc, nfkc };

/// The code points of `utf8`.  Nothing when it is not UTF-8: RFC 3629, so no overlong forms and no
/// surrogates.
std::optional<std::u32string> decode(std::string_view utf8);
std::string encode(std::u32string_view text);

struct First {
    char32_t value = 0;
    std::size_t size = 0; ///< Bytes; none when the text does not begin with a character in UTF-8.
};
/// The first code point of `utf8`, which is not empty.
First first(std::string_view utf8);

std::u32string normalize(std::u32string_view text, Form form);

/// Full lower case, with the dotted capital I and the final sigma, in no particular language.
std::u32string to_lower(std::u32string_view text);

/// Fullwidth and halfwidth forms replaced by what they are a form of (RFC 8264 5.2.1).
std::u32string map_width(std::u32string_view text);

Category category(char32_t c);
Bidi bidi(char32_t c);
Joining joining(char32_t c);
Script script(char32_t c);
bool is_default_ignorable(char32_t c);
bool is_noncharacter(char32_t c);
bool is_virama(char32_t c);              ///< Canonical_Combining_Class is Virama
bool is_mark(char32_t c);                ///< General_Category M
bool is_hangul_jamo(char32_t c);         ///< conjoining: Hangul_Syllable_Type L, V or T
bool has_compatibility_form(char32_t c); ///< NFKC changes it

/// How a message names a character: '&' as it is when it is visible ASCII, others as "U+00AD".
std::string name_of(char32_t c);

} // namespace headstock::detail::unicode
