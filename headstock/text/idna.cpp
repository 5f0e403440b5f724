#include "headstock/text/idna.hpp"

#include "headstock/text/ascii.hpp"

#include <idn2.h>

#include <cstdint>
#include <memory>
#include <new>

namespace headstock::detail {
namespace {

struct Fault {
    int code;
    const char* words;
};

// In our words: libidn2's are in the language of the process.
constexpr Fault faults[] = {
    {IDN2_PUNYCODE_BAD_INPUT, "is no Punycode"},
    {IDN2_PUNYCODE_OVERFLOW, "is no Punycode"},
    {IDN2_PUNYCODE_BIG_OUTPUT, "has more than 63 bytes as an A-label"},
    {IDN2_TOO_BIG_LABEL, "has more than 63 bytes as an A-label"},
    {IDN2_TOO_BIG_DOMAIN, "has more than 63 bytes as an A-label"},
    {IDN2_2HYPHEN, "has two hyphens after its second letter"},
    {IDN2_HYPHEN_STARTEND, "begins or ends with a hyphen"},
    {IDN2_LEADING_COMBINING, "begins with a combining mark"},
    {IDN2_DISALLOWED, "holds a character that no domain may have"},
    {IDN2_INVALID_NONTRANSITIONAL, "holds a character that no domain may have"},
    {IDN2_UNASSIGNED, "holds a character that is in no version of Unicode known here"},
    {IDN2_CONTEXTJ, "holds a joiner where none may stand"},
    {IDN2_CONTEXTJ_NO_RULE, "holds a joiner where none may stand"},
    {IDN2_CONTEXTO, "holds a character where it may not stand"},
    {IDN2_CONTEXTO_NO_RULE, "holds a character where it may not stand"},
    {IDN2_BIDI, "mixes writing directions (RFC 5893 section 2)"},
    {IDN2_DOT_IN_LABEL, "holds a dot"},
    {IDN2_NOT_NFC, "is not in NFC"},
    {IDN2_ALABEL_ROUNDTRIP_FAILED, "is not the A-label of what it stands for"},
    {IDN2_UALABEL_MISMATCH, "is not the A-label of what it stands for"},
    {IDN2_INVALID_ALABEL, "is not the A-label of what it stands for"},
};

std::string words_of(int code) {
    if (code == IDN2_MALLOC) throw std::bad_alloc{};
    for (const auto& fault : faults) {
        if (fault.code == code) return fault.words;
    }
    return idn2_strerror_name(code);
}

struct Freed {
    void operator()(void* text) const { idn2_free(text); }
};
template <class C>
using Text = std::unique_ptr<C, Freed>;

// It checks an A-label too: what it stands for, and that this is how it is written.
std::string ask(const std::string& label, std::string& a_label) {
    std::uint8_t* found = nullptr;
    const int code = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(label.c_str()), &found,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const Text<std::uint8_t> owner{found};
    if (code != IDN2_OK) return words_of(code);
    a_label = reinterpret_cast<const char*>(found);
    return {};
}

} // namespace

bool looks_like_a_label(std::string_view label) {
    return label.size() >= 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
           label[2] == '-' && label[3] == '-';
}

bool holds_a_label(std::string_view domain) {
    for (auto at = domain.find("--"); at != domain.npos; at = domain.find("--", at + 1)) {
        const bool begins = at == 2 || (at > 2 && domain[at - 3] == '.');
        if (begins && looks_like_a_label(domain.substr(at - 2))) return true;
    }
    return false;
}

std::string append_u_label(std::string_view label, std::string& out) {
    std::string lower;
    append_lower(label, lower);
    std::string a_label;
    if (auto why = ask(lower, a_label); !why.empty()) return why;
    if (a_label != lower) return words_of(IDN2_ALABEL_ROUNDTRIP_FAILED);
    char* found = nullptr;
    const int code = idn2_to_unicode_8z8z(lower.c_str(), &found, 0);
    const Text<char> owner{code == IDN2_OK ? found : nullptr};
    if (code != IDN2_OK) return words_of(code);
    out += found;
    return {};
}

std::string append_a_label(std::string_view label, std::string& out) {
    std::string a_label;
    auto why = ask(std::string{label}, a_label);
    out += a_label;
    return why;
}

} // namespace headstock::detail
