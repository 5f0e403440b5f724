#include "bridge/detail/characters.hpp"

#include "bridge/detail/ncname.hpp"
#include "bridge/error.hpp"

#include <string>

namespace bridge::detail {
namespace {

constexpr bool is_legal(char32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c != 0xfffe && c != 0xffff;
}

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
    return std::string_view::npos;
}

void check_text(std::string_view text, const char* what) {
    const auto at = first_illegal(text);
    if (at != std::string_view::npos) refuse(what, "holds what XML 1.0 cannot carry", at);
}

void check_name(std::string_view name, const char* what) {
    if (name.empty()) refuse(what, "is empty", 0);
    const auto at = first_outside_name(name);
    if (at != std::string_view::npos) refuse(what, "is not an XML name", at);
}

void check_namespace(std::string_view ns) {
    if (!is_plain(ns)) {
        check_text(ns, "a namespace name");
        // Expat parts names with it, so it takes no namespace name that holds one.
        const auto at = ns.find('\n');
        if (at != std::string_view::npos) refuse("a namespace name", "holds a line feed", at);
    }
    if (ns == "http://www.w3.org/2000/xmlns/") refuse("the namespace of xmlns", "is reserved", 0);
}

} // namespace bridge::detail
