#include "bridge/detail/characters.hpp"

#include "bridge/error.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string>

namespace bridge::detail {
namespace {

constexpr auto npos = std::string_view::npos;

struct Character {
    char32_t value = 0;
    unsigned length = 0; // 0: not UTF-8
};

constexpr unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// The range of the second byte keeps out overlong forms, surrogates and what is above U+10FFFF
// (RFC 3629, section 4).
struct Lead {
    unsigned length;
    unsigned char second_from;
    unsigned char second_to;
};

constexpr Lead lead_of(unsigned char byte) {
    if (byte >= 0xc2 && byte <= 0xdf) return {2, 0x80, 0xbf};
    if (byte == 0xe0) return {3, 0xa0, 0xbf};
    if (byte == 0xed) return {3, 0x80, 0x9f};
    if (byte >= 0xe1 && byte <= 0xef) return {3, 0x80, 0xbf};
    if (byte == 0xf0) return {4, 0x90, 0xbf};
    if (byte >= 0xf1 && byte <= 0xf3) return {4, 0x80, 0xbf};
    if (byte == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

// The character that begins at `at`.
Character decode(std::string_view text, std::size_t at) {
    const auto first = byte_at(text, at);
    if (first < 0x80) return {first, 1};
    const auto lead = lead_of(first);
    if (lead.length == 0 || text.size() - at < lead.length) return {};
    const auto second = byte_at(text, at + 1);
    if (second < lead.second_from || second > lead.second_to) return {};
    auto value = static_cast<char32_t>(first & (0x7fu >> lead.length));
    for (unsigned i = 1; i < lead.length; ++i) {
        const auto byte = byte_at(text, at + i);
        if ((byte & 0xc0u) != 0x80u) return {};
        value = value << 6 | (byte & 0x3fu);
    }
    return {value, lead.length};
}

constexpr bool is_legal(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != 0xfffe && c != 0xffff;
}

struct Range {
    char32_t from;
    char32_t to;
};

// XML 1.0 5th edition, productions 4 and 4a, without the colon and beyond ASCII.
constexpr Range name_starts[] = {
    {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
    {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
    {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
};
constexpr Range name_inner[] = {{0xb7, 0xb7}, {0x300, 0x36f}, {0x203f, 0x2040}};

template <std::size_t N>
constexpr bool contains(const Range (&ranges)[N], char32_t c) {
    return std::any_of(std::begin(ranges), std::end(ranges),
                       [c](Range range) { return c >= range.from && c <= range.to; });
}

constexpr bool starts_name(char32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return contains(name_starts, c);
}

constexpr bool continues_name(char32_t c) {
    if (c < 0x80) return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
    return contains(name_starts, c) || contains(name_inner, c);
}

// Where an ASCII byte may stand in a name.
enum class In : unsigned char { none, inner, anywhere };

constexpr auto ascii_name = [] {
    std::array<In, 256> table{};
    for (unsigned char c = 0; c < 0x80; ++c) {
        if (continues_name(c)) table[c] = starts_name(c) ? In::anywhere : In::inner;
    }
    return table;
}();

// How many bytes from `at` on are known to be plain: whole blocks, and the rest when all of it is.
std::size_t plain_until(std::string_view text, std::size_t at) {
    for (; text.size() - at >= sizeof(Block); at += sizeof(Block)) {
        if (holds_odd(load_block(text.data() + at))) return at;
    }
    return is_plain(text.substr(at)) ? text.size() : at;
}

[[noreturn]] void refuse(const char* what, const std::string& why, std::size_t offset) {
    throw Invalid{std::string{what} + ' ' + why + " at byte " + std::to_string(offset), offset};
}

} // namespace

std::size_t first_illegal(std::string_view text) noexcept {
    for (std::size_t at = plain_until(text, 0); at < text.size();) {
        const auto byte = byte_at(text, at);
        if (byte >= 0x20 && byte < 0x80) {
            ++at;
            continue;
        }
        const auto character = decode(text, at);
        if (character.length == 0 || !is_legal(character.value)) return at;
        at = plain_until(text, at + character.length);
    }
    return npos;
}

std::size_t first_outside_name(std::string_view name) noexcept {
    if (name.empty() || ascii_name[byte_at(name, 0)] == In::inner) return 0;
    for (std::size_t at = 0; at < name.size();) {
        if (ascii_name[byte_at(name, at)] != In::none) {
            ++at;
            continue;
        }
        const auto character = decode(name, at);
        const bool good = at == 0 ? starts_name(character.value) : continues_name(character.value);
        if (character.length == 0 || !good) return at;
        at += character.length;
    }
    return npos;
}

void check_text(std::string_view text, const char* what) {
    const auto at = first_illegal(text);
    if (at != npos) refuse(what, "holds what XML 1.0 cannot carry", at);
}

void check_name(std::string_view name, const char* what) {
    if (name.empty()) refuse(what, "is empty", 0);
    const auto at = first_outside_name(name);
    if (at != npos) refuse(what, "is not an XML name", at);
}

void check_namespace(std::string_view ns) {
    if (!is_plain(ns)) {
        check_text(ns, "a namespace name");
        // Expat parts names with it, so it takes no namespace name that holds one.
        const auto at = ns.find('\n');
        if (at != npos) refuse("a namespace name", "holds a line feed", at);
    }
    if (ns == "http://www.w3.org/2000/xmlns/") refuse("the namespace of xmlns", "is reserved", 0);
}

} // namespace bridge::detail
