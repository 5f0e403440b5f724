#include "headstock/text/domain_part.hpp"

#include "headstock/printable.hpp"
#include "headstock/text/ascii.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/idna.hpp"
#include "headstock/text/precis.hpp"
#include "headstock/text/unicode.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace headstock::detail {
namespace {

constexpr std::size_t label_shown = 256;  // bytes, of a label in an error
constexpr std::size_t longest_label = 63; // RFC 1035 2.3.4
constexpr std::size_t longest_name = 253; // the same, as text

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

std::string fault_of_label(std::string_view label, std::string_view why) {
    return concat({"has the label '", printable(label, label_shown), "', which ", why});
}

// Appends each label of `domain`, as `append` does it.
template <class Append>
std::string append_labels(std::string_view domain, std::string& out, Append append) {
    for (;;) {
        const auto end = std::min(domain.find('.'), domain.size());
        const auto label = domain.substr(0, end);
        if (auto why = append(label, out); !why.empty()) return fault_of_label(label, why);
        if (end == domain.size()) return {};
        out += '.';
        domain.remove_prefix(end + 1);
    }
}

// An A-label must be one.  A U-label is written as its A-label is read, since UTS 46 maps a few
// letters that PRECIS keeps; one that has no A-label stays, and only a look-up need refuse it.
std::string append_u_label_of(std::string_view label, std::string& out) {
    if (looks_like_a_label(label)) return append_u_label(label, out);
    std::string a_label;
    const bool has_one = !is_ascii(label) && append_a_label(label, a_label).empty();
    if (!has_one || !looks_like_a_label(a_label) || !append_u_label(a_label, out).empty())
        out += label;
    return {};
}

std::string fault_in_name(std::u32string_view name) {
    auto why = fault_in_shape(name);
    return why.empty() ? fault_in_labels(name) : why;
}

// Checked twice: a label may hold nothing that it must not, nor stand for that.
std::string append_international(std::string_view domain, std::string& out) {
    if (domain.ends_with('.')) domain.remove_suffix(1);
    std::string why;
    const auto name = precis::case_mapped(domain, why);
    if (!name) return why;
    // A character that turns into a dot would move the border of a label behind the reader's back.
    if (std::count(name->begin(), name->end(), U'.') !=
        std::count(domain.begin(), domain.end(), '.'))
        return "holds a look-alike of the dot";
    why = fault_in_name(*name);
    std::string readable;
    if (why.empty()) why = append_labels(unicode::encode(*name), readable, append_u_label_of);
    if (why.empty()) why = fault_in_name(unicode::decode(readable).value());
    if (why.empty()) out += readable;
    return why;
}

} // namespace

std::string append_domain(std::string_view domain, std::string& out) {
    const bool plain = is_ascii(domain) && (domain.starts_with('[') || !holds_a_label(domain));
    return plain ? append_ascii(domain, out) : append_international(domain, out);
}

std::string append_domain_for_dns(std::string_view domain, std::string& out) {
    if (is_ascii(domain)) {
        out += domain;
        return {};
    }
    const auto begin = out.size();
    auto why = append_labels(domain, out, [](std::string_view label, std::string& to) {
        if (!is_ascii(label)) return append_a_label(label, to);
        to += label;
        return label.size() > longest_label ? std::string{"has more than 63 bytes"} : std::string{};
    });
    if (why.empty() && out.size() - begin > longest_name)
        why = "has more than 253 bytes with its labels in ASCII";
    return why;
}

} // namespace headstock::detail
