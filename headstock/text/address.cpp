#include "headstock/text/address.hpp"

#include "headstock/text/ascii.hpp"
#include "headstock/text/domain_part.hpp"
#include "headstock/text/idna.hpp"

#include <algorithm>

namespace headstock::detail {
namespace {

// Of one that holds A-labels the spelling in U-labels; of others the text.
std::string spelled_out(std::string_view domain) {
    std::string out;
    const bool decoded = is_ascii(domain) && holds_a_label(domain) && !domain.ends_with('.') &&
                         append_domain(domain, out).empty();
    if (!decoded) out = domain;
    return out;
}

// A user may write an address in any form.
bool asks_account(std::string_view to, const Jid& own) {
    if (is_account(to, own)) return true;
    const auto asked = Jid::parse(to);
    return asked && *asked == own.bare();
}

} // namespace

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower_ascii(x) == lower_ascii(y); });
}

bool same_domain(std::string_view a, std::string_view b) {
    if (same_text(a, b)) return true;
    return (holds_a_label(a) || holds_a_label(b)) && same_text(spelled_out(a), spelled_out(b));
}

// Our server writes addresses in one form (RFC 6120 8.1.2.1), so they are compared as they are, but
// for the case of ASCII letters and for A-labels.  What looks like one of ours once it is
// normalised is somebody else's.
bool same_bare(std::string_view a, std::string_view b) {
    if (same_text(a, b)) return true;
    const auto a_domain = domain_of(a);
    const auto b_domain = domain_of(b);
    a.remove_suffix(a_domain.size());
    b.remove_suffix(b_domain.size());
    return same_text(a, b) && same_domain(a_domain, b_domain);
}

std::string_view bare_part(std::string_view jid) { return jid.substr(0, jid.find('/')); }

// The resource in its own case.
bool same_jid(std::string_view a, std::string_view b) {
    return same_bare(bare_part(a), bare_part(b)) &&
           a.substr(bare_part(a).size()) == b.substr(bare_part(b).size());
}

std::string_view domain_of(std::string_view jid) {
    jid = bare_part(jid);
    const auto at = jid.find('@');
    return at == jid.npos ? jid : jid.substr(at + 1);
}

bool is_account(std::string_view from, const Jid& own) {
    return from.empty() || same_bare(from, bare_part(own.str()));
}

std::optional<Jid> jid_in_stanza(std::string_view text) {
    auto jid = Jid::parse(text);
    if (jid && !same_jid(text, jid->str())) jid.reset();
    return jid;
}

bool may_answer(std::string_view to, std::string_view from, const Jid& own) {
    if (asks_account(to, own)) {
        return is_account(from, own) || same_jid(from, own.str()) ||
               same_domain(from, own.domain());
    }
    if (same_jid(from, to)) return true;
    const auto asked = Jid::parse(to);
    if (!asked) return false;
    if (asked->str() == own.domain() && from.empty()) return true;
    return same_jid(from, asked->str());
}

} // namespace headstock::detail
