#include "headstock/printable.hpp"

#include "headstock/text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace headstock {
namespace {

using detail::Escape;

bool is_shown_ascii(char c) { return c >= 0x20 && c < 0x7f; }

// The characters that turn what follows them, for a reader, into something else (UAX #9).
bool is_direction(char32_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

bool is_shown(char32_t c) {
    using detail::unicode::Category;
    const auto category = detail::unicode::category(c);
    return category != Category::cc && category != Category::zl && category != Category::zp &&
           !is_direction(c);
}

void append_number(std::string& out, std::uint32_t number, int base, std::size_t digits) {
    char text[12];
    const auto written = std::to_chars(text, text + sizeof text, std::uint64_t{number}, base);
    const auto size = static_cast<std::size_t>(written.ptr - text);
    out.append(digits - std::min(digits, size), '0').append(text, size);
}

void append_backslash(std::string& out, char32_t c) {
    const bool byte = c < 0x100;
    out += byte ? "\\x" : "\\u";
    append_number(out, c, 16, byte ? 2 : 4);
}

void append_reference(std::string& out, char32_t c) {
    out += "&#";
    append_number(out, c, 10, 1);
    out += ';';
}

// Appends the first character of `text`; how many bytes it has.
std::size_t append_first(std::string& out, std::string_view text, Escape escape) {
    const auto first = detail::unicode::first(text);
    if (first.size == 0) {
        append_backslash(out, static_cast<unsigned char>(text.front()));
        return 1;
    }
    if (is_shown(first.value)) {
        out += text.substr(0, first.size);
    } else {
        escape == Escape::reference ? append_reference(out, first.value)
                                    : append_backslash(out, first.value);
    }
    return first.size;
}

// Not inside a character: those have up to four bytes.
std::size_t begin_of_character(std::string_view text, std::size_t at) {
    for (int i = 0; i < 3 && at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u; ++i)
        --at;
    return at;
}

} // namespace

void detail::append_printable(std::string& out, std::string_view text, Escape escape) {
    while (!text.empty()) {
        const auto plain = std::find_if_not(text.begin(), text.end(), is_shown_ascii);
        const auto size = static_cast<std::size_t>(plain - text.begin());
        out += text.substr(0, size);
        text.remove_prefix(size);
        if (!text.empty()) text.remove_prefix(append_first(out, text, escape));
    }
}

std::string printable(std::string_view text, std::size_t cap) {
    std::string out;
    const bool cut = text.size() > cap;
    if (cut) cap = begin_of_character(text, cap);
    detail::append_printable(out, text.substr(0, cap), Escape::backslash);
    if (cut) out += "...";
    return out;
}

} // namespace headstock
