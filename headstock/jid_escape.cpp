#include "headstock/jid_escape.hpp"

#include "headstock/text/ascii.hpp"

#include <array>

namespace headstock {
namespace {

struct EscapedCharacter {
    char plain;
    std::string_view digits; ///< Lower case only, as the local part of a JID is.
};
constexpr std::array escapes{EscapedCharacter{' ', "20"}, EscapedCharacter{'"', "22"},
                             EscapedCharacter{'&', "26"}, EscapedCharacter{'\'', "27"},
                             EscapedCharacter{'/', "2f"}, EscapedCharacter{':', "3a"},
                             EscapedCharacter{'<', "3c"}, EscapedCharacter{'>', "3e"},
                             EscapedCharacter{'@', "40"}, EscapedCharacter{'\\', "5c"}};

const EscapedCharacter* find_plain(char c) {
    for (const auto& each : escapes) {
        if (each.plain == c) return &each;
    }
    return nullptr;
}

// The escape that `text` begins with.
const EscapedCharacter* find_sequence(std::string_view text) {
    if (!text.starts_with('\\')) return nullptr;
    for (const auto& each : escapes) {
        if (text.substr(1, 2) == each.digits) return &each;
    }
    return nullptr;
}

// A JID has small letters only, so `\2F` becomes an escape in one.
bool looks_escaped(std::string_view text) {
    std::string small;
    detail::append_lower(text.substr(0, 3), small);
    return find_sequence(small) != nullptr;
}

bool is_escaped(std::string_view text, std::size_t at) {
    if (text[at] == '\\') return looks_escaped(text.substr(at));
    return text[at] != ' ' || (at != 0 && at + 1 != text.size());
}

} // namespace

std::string jid_escape(std::string_view text) {
    std::string local;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto* escape = find_plain(text[i]);
        if (escape != nullptr && is_escaped(text, i)) {
            local.append(1, '\\').append(escape->digits);
        } else {
            local += text[i];
        }
    }
    return local;
}

std::string jid_unescape(std::string_view local) {
    std::string text;
    for (std::size_t i = 0; i < local.size(); ++i) {
        const auto* escape = find_sequence(local.substr(i));
        text += escape != nullptr ? escape->plain : local[i];
        if (escape != nullptr) i += 2;
    }
    return text;
}

} // namespace headstock
