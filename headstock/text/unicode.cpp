#include "headstock/text/unicode.hpp"

#include "headstock/crypto/secret.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <new>
#include <numeric>
#include <vector>

namespace headstock::detail::unicode {
namespace {

static_assert(static_cast<int>(Category::lu) == UTF8PROC_CATEGORY_LU);
static_assert(static_cast<int>(Category::po) == UTF8PROC_CATEGORY_PO);
static_assert(static_cast<int>(Category::zs) == UTF8PROC_CATEGORY_ZS);
static_assert(static_cast<int>(Category::co) == UTF8PROC_CATEGORY_CO);

constexpr std::uint16_t no_sequence = UINT16_MAX; // how utf8proc says "does not decompose"
constexpr int virama_class = 9;

const utf8proc_property_t& property(char32_t c) {
    return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

int options(Form form) {
    return UTF8PROC_STABLE | UTF8PROC_COMPOSE | (form == Form::nfkc ? UTF8PROC_COMPAT : 0);
}

std::size_t checked(utf8proc_ssize_t size) {
    if (size < 0) throw std::bad_alloc(); // valid UTF-8 and valid options: nothing else is left
    return static_cast<std::size_t>(size);
}

bool is_cased(char32_t c) {
    const auto kind = category(c);
    return kind == Category::lu || kind == Category::ll || kind == Category::lt;
}

// Case_Ignorable: four categories of marks and signs, and the punctuation found inside words.
bool is_case_ignorable(char32_t c) {
    switch (category(c)) {
    case Category::mn:
    case Category::me:
    case Category::cf:
    case Category::lm:
    case Category::sk:
        return true;
    default:
        return std::u32string_view(U"'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027")
                   .find(c) != std::u32string_view::npos;
    }
}

// Final_Sigma of the Unicode standard, table 3-17: a cased letter before, none behind.
bool is_final_at(std::u32string_view text, std::size_t at) {
    const auto before =
        std::find_if_not(text.rbegin() + static_cast<std::ptrdiff_t>(text.size() - at), text.rend(),
                         is_case_ignorable);
    const auto behind = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at + 1),
                                         text.end(), is_case_ignorable);
    return before != text.rend() && is_cased(*before) &&
           (behind == text.end() || !is_cased(*behind));
}

std::size_t size_of(char32_t c) { // in UTF-8
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

char32_t width_mapped(char32_t c) {
    const auto type = property(c).decomp_type;
    if (type != UTF8PROC_DECOMP_TYPE_WIDE && type != UTF8PROC_DECOMP_TYPE_NARROW) return c;
    utf8proc_int32_t mapped[4] = {};
    int last_boundclass = 0;
    const auto size = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(c), mapped, 4,
        static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT), &last_boundclass);
    const auto result = static_cast<char32_t>(mapped[0]);
    // utf8proc decomposes to the end.  Where that is more than the one step asked for, the step
    // leads to a form that no profile allows, and so does staying: halfwidth Hangul, the macron.
    return size == 1 && !is_hangul_jamo(result) ? result : c;
}

} // namespace

First first(std::string_view utf8) {
    utf8proc_int32_t c = -1;
    const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                       static_cast<utf8proc_ssize_t>(utf8.size()), &c);
    if (used <= 0) return {};
    return {static_cast<char32_t>(c), static_cast<std::size_t>(used)};
}

std::optional<std::u32string> decode(std::string_view utf8) {
    std::u32string text;
    text.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto [c, size] = first(utf8);
        if (size == 0) return std::nullopt;
        text.push_back(c);
        utf8.remove_prefix(size);
    }
    return text;
}

// What passes here may be a password, so no string grows and none that is dropped is left as it
// was.
std::string encode(std::u32string_view text) {
    std::string utf8;
    utf8.reserve(std::accumulate(text.begin(), text.end(), std::size_t{0},
                                 [](std::size_t sum, char32_t c) { return sum + size_of(c); }));
    for (const char32_t c : text) {
        utf8proc_uint8_t bytes[4];
        const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes);
        utf8.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    return utf8;
}

std::u32string normalize(std::u32string_view text, Form form) {
    auto utf8 = encode(text);
    const WipeAtEnd utf8_wiped{utf8};
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
    const auto length = static_cast<utf8proc_ssize_t>(utf8.size());
    const auto how = static_cast<utf8proc_option_t>(options(form));
    const auto size = checked(utf8proc_decompose(bytes, length, nullptr, 0, how));
    std::vector<utf8proc_int32_t> points(size + 1); // never null for utf8proc
    const WipeAtEnd points_wiped{points};
    checked(
        utf8proc_decompose(bytes, length, points.data(), static_cast<utf8proc_ssize_t>(size), how));
    const auto kept =
        checked(utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(size), how));
    return {points.begin(), points.begin() + static_cast<std::ptrdiff_t>(kept)};
}

std::u32string to_lower(std::u32string_view text) {
    std::u32string lower;
    lower.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
        case U'\u0130':
            lower += U"i\u0307";
            break;
        case U'\u03A3':
            lower += is_final_at(text, i) ? U'\u03C2' : U'\u03C3';
            break;
        default:
            lower +=
                static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(text[i])));
        }
    }
    return lower;
}

std::u32string map_width(std::u32string_view text) {
    std::u32string mapped(text);
    std::transform(mapped.begin(), mapped.end(), mapped.begin(), width_mapped);
    return mapped;
}

Category category(char32_t c) { return static_cast<Category>(property(c).category); }

Bidi bidi(char32_t c) {
    switch (property(c).bidi_class) {
    case UTF8PROC_BIDI_CLASS_L:
        return Bidi::l;
    case UTF8PROC_BIDI_CLASS_R:
        return Bidi::r;
    case UTF8PROC_BIDI_CLASS_AL:
        return Bidi::al;
    case UTF8PROC_BIDI_CLASS_AN:
        return Bidi::an;
    case UTF8PROC_BIDI_CLASS_EN:
        return Bidi::en;
    case UTF8PROC_BIDI_CLASS_ES:
        return Bidi::es;
    case UTF8PROC_BIDI_CLASS_CS:
        return Bidi::cs;
    case UTF8PROC_BIDI_CLASS_ET:
        return Bidi::et;
    case UTF8PROC_BIDI_CLASS_ON:
        return Bidi::on;
    case UTF8PROC_BIDI_CLASS_BN:
        return Bidi::bn;
    case UTF8PROC_BIDI_CLASS_NSM:
        return Bidi::nsm;
    default:
        return Bidi::other;
    }
}

bool is_default_ignorable(char32_t c) { return property(c).ignorable != 0; }

bool is_noncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

bool is_virama(char32_t c) { return property(c).combining_class == virama_class; }

bool is_mark(char32_t c) {
    const auto kind = category(c);
    return kind == Category::mn || kind == Category::mc || kind == Category::me;
}

bool is_hangul_jamo(char32_t c) {
    return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97C) ||
           (c >= 0xD7B0 && c <= 0xD7C6) || (c >= 0xD7CB && c <= 0xD7FB);
}

bool has_compatibility_form(char32_t c) {
    if (property(c).decomp_seqindex == no_sequence) return false;
    const std::u32string_view alone(&c, 1);
    return normalize(alone, Form::nfkc) != alone;
}

std::string name_of(char32_t c) {
    if (c > U' ' && c < U'\x7F') return {'\'', static_cast<char>(c), '\''};
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string name = "U+";
    for (int shift = c > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
        if (shift == 20 && c <= 0xFFFFF) continue;
        name += digits[(c >> shift) & 0xF];
    }
    return name;
}

} // namespace headstock::detail::unicode
