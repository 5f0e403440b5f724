// Addresses compared as text, in the form in which our server writes them.
#pragma once

#include "headstock/jid.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace headstock::detail {

/// The case of ASCII letters aside, and nothing else.
bool same_text(std::string_view a, std::string_view b);
/// The same of two domains, which are one also when one has its labels as U-labels and the other as
/// A-labels.
bool same_domain(std::string_view a, std::string_view b);
/// The same of two addresses without a resource.
bool same_bare(std::string_view a, std::string_view b);
/// The same of two addresses, with the resource in its own case.
bool same_jid(std::string_view a, std::string_view b);

constexpr char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// A number of what stands before the `@`, in any case of ASCII letters; 0 where there is none.
/// Two addresses that same_bare() takes for one have the same, so one that is to be compared with
/// many is first compared by number.
// Inlined: as a function its unwind tables would cost each program a page (make size).
[[gnu::always_inline]] inline std::uint32_t local_number(std::string_view jid) {
    std::uint32_t number = 2166136261; // FNV-1a
    for (const auto c : jid) {
        if (c == '@') return number;
        if (c == '/') return 0;
        number = (number ^ static_cast<unsigned char>(lower_ascii(c))) * 16777619;
    }
    return 0;
}

std::string_view bare_part(std::string_view jid);
std::string_view domain_of(std::string_view jid);

/// `from` is our own account: absent or our bare JID, which for a component is its domain.  As the
/// server wrote it, but for the case of ASCII letters and for A-labels: an address that only
/// becomes ours when it is normalised, as one in full-width letters, is another's.
bool is_account(std::string_view from, const Jid& own);

/// An address as it stands in a stanza; nothing unless it is in the normal form, the case of ASCII
/// letters and A-labels aside.
std::optional<Jid> jid_in_stanza(std::string_view text);

/// `from` may answer an iq that was sent `to` (RFC 6120 8.1.2.1, 8.2.3).  `own` is our full JID.
/// To nobody or our own bare JID: no sender, our bare or full JID, our server.  To our server: it
/// or no sender.  Else exactly the address asked.
bool may_answer(std::string_view to, std::string_view from, const Jid& own);

} // namespace headstock::detail
