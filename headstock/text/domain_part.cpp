#include "headstock/text/domain_part.hpp"

#include "headstock/text/ascii.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/precis.hpp"
#include "headstock/text/unicode.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace headstock::detail {
namespace {

constexpr bool is_ascii_character(char32_t c) { return c < 0x80; }
constexpr bool is_name_character(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
           c == U'-' || c == U'_';
}

// What holds for names in ASCII and in Unicode: letters, digits, hyphens within, no label empty.
template <class View>
std::string fault_in_shape(View name) {
    char32_t before = U'.';
    for (std::size_t i = 0; i <= name.size(); ++i) {
        const bool at_end = i == name.size() || name[i] == '.';
        const auto c = i == name.size() ? U'.' : static_cast<char32_t>(name[i]);
        if (at_end && before == U'.') return name.empty() ? "is empty" : "has an empty label";
        if ((at_end && before == U'-') || (c == U'-' && before == U'.')) {
            return "has a label that begins or ends with a hyphen";
        }
        if (!at_end && is_ascii_character(c) && !is_name_character(c)) {
            return concat({"holds ", unicode::name_of(c), ", which is not allowed in a domain"});
        }
        before = c;
    }
    return {};
}

// RFC 5891 4.2.3: what a U-label may not be.
std::string fault_in_label(std::u32string_view label) {
    if (std::all_of(label.begin(), label.end(), is_ascii_character)) return {};
    if (unicode::is_mark(label.front())) return "has a label that begins with a combining mark";
    if (label.size() > 3 && label.substr(2, 2) == U"--") {
        return "has a label with two hyphens after its second letter";
    }
    return precis::fault_in(label, precis::StringClass::identifier);
}

std::string fault_in_labels(std::u32string_view name) {
    const bool bidi = precis::is_right_to_left(name);
    for (std::size_t begin = 0; begin < name.size();) {
        const auto end = std::min(name.find(U'.', begin), name.size());
        const auto label = name.substr(begin, end - begin);
        if (auto fault = fault_in_label(label); !fault.empty()) return fault;
        if (bidi && !precis::obeys_bidi_rule(label)) {
            return "has a label that mixes writing directions (RFC 5893 section 2)";
        }
        begin = end + 1;
    }
    return {};
}

bool is_zone(std::string_view zone) { // RFC 6874: unreserved characters
    return !zone.empty() && std::all_of(zone.begin(), zone.end(), [](char c) {
        return is_name_character(static_cast<unsigned char>(c)) || c == '.' || c == '~';
    });
}

bool is_ipv6(std::string_view address) {
    const auto percent = address.find('%');
    if (percent != address.npos && !is_zone(address.substr(percent + 1))) return false;
    const std::string plain(address.substr(0, percent));
    in6_addr parsed{};
    // inet_pton reads up to a NUL, so what stands behind one would go unchecked
    return plain.find('\0') == plain.npos && inet_pton(AF_INET6, plain.c_str(), &parsed) == 1;
}

std::string append_ascii(std::string_view domain, std::string& out) {
    if (domain.starts_with('[')) {
        const bool closed = domain.size() > 2 && domain.ends_with(']');
        if (!closed || !is_ipv6(domain.substr(1, domain.size() - 2)))
            return "begins with a bracket but is not an IPv6 address in brackets";
    } else {
        if (domain.ends_with('.')) domain.remove_suffix(1);
        if (auto fault = fault_in_shape(domain); !fault.empty()) return fault;
    }
    append_lower(domain, out);
    return {};
}

std::string append_unicode(std::string_view domain, std::string& out) {
    if (domain.ends_with('.')) domain.remove_suffix(1);
    std::string why;
    const auto name = precis::case_mapped(domain, why);
    if (!name) return why;
    // A character that turns into a dot would move the border of a label behind the reader's back.
    if (std::count(name->begin(), name->end(), U'.') !=
        std::count(domain.begin(), domain.end(), '.'))
        return "holds a look-alike of the dot";
    why = fault_in_shape(std::u32string_view(*name));
    if (why.empty()) why = fault_in_labels(*name);
    if (why.empty()) out += unicode::encode(*name);
    return why;
}

} // namespace

std::string append_domain(std::string_view domain, std::string& out) {
    return is_ascii(domain) ? append_ascii(domain, out) : append_unicode(domain, out);
}

} // namespace headstock::detail
