#include "headstock/session/secret_name.hpp"

#include "headstock/ns.hpp"
#include "headstock/text/ascii.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace headstock::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::array anywhere{"password"sv, "passwd"sv, "passphrase"sv,    "passcode"sv,
                              "secret"sv,   "token"sv,  "response"sv,      "digest"sv,
                              "verify"sv,   "apikey"sv, "authorization"sv, "credential"sv};
constexpr std::array as_word{"key"sv, "pin"sv, "pass"sv, "pwd"sv, "cookie"sv};

constexpr std::array namespaces{
    ns::sasl,                                     // RFC 6120
    "urn:xmpp:sasl:"sv,                           // XEP-0388
    "urn:xmpp:fast:"sv,                           // XEP-0484
    "urn:xmpp:scram-upgrade:"sv,                  // XEP-0480
    "https://xmpp.org/extensions/isr/"sv,         // XEP-0397
    "http://www.google.com/talk/protocol/auth"sv, // attributes of SASL's <auth/>
    "jabber:iq:auth"sv,                           // XEP-0078
};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }

// Whether one word ends and another begins before `at`: at what is no letter, and as in apiKey and
// APIKey.
bool is_boundary(std::string_view name, std::size_t at) {
    if (at == 0 || at >= name.size()) return true;
    const auto before = name[at - 1];
    const auto behind = name[at];
    if (!is_letter(before) || !is_letter(behind)) return true;
    if (!is_upper(behind)) return false;
    return is_lower(before) || (at + 1 < name.size() && is_lower(name[at + 1]));
}

bool holds_word(std::string_view name, std::string_view lower, std::string_view word) {
    for (auto at = lower.find(word); at != std::string_view::npos; at = lower.find(word, at + 1)) {
        if (is_boundary(name, at) && is_boundary(name, at + word.size())) return true;
    }
    return false;
}

} // namespace

bool is_secret_name(std::string_view name) {
    std::string lower;
    append_lower(name, lower);
    return std::any_of(
               anywhere.begin(), anywhere.end(),
               [&](std::string_view word) { return lower.find(word) != std::string_view::npos; }) ||
           std::any_of(as_word.begin(), as_word.end(),
                       [&](std::string_view word) { return holds_word(name, lower, word); });
}

bool is_secret_namespace(std::string_view ns) {
    return std::any_of(namespaces.begin(), namespaces.end(),
                       [ns](std::string_view begin) { return ns.starts_with(begin); });
}

} // namespace headstock::detail
