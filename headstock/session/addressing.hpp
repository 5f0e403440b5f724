// Who a leaving stanza says it is from.  A client is stamped by its server, a component says it
// itself.
#pragma once

#include "headstock/jid.hpp"
#include "headstock/session/outgoing.hpp"

#include <string>
#include <string_view>

namespace headstock::detail {

/// Append `stanza` to `out` as a client writes it.  A `from` of our own account is left out,
/// whatever its resource: the server stamps it (RFC 6120 8.1.2.1), and some servers end the stream
/// when a client names a resource that is no longer bound.  Refused: any other `from`, for which
/// servers end the stream; what was appended by then is for the caller to take back.  `rule` has
/// the account as `own`.
Outgoing write_from_client(const Element& stanza, const WritingRule& rule, std::string& out);

/// `xml` as it is, in the namespace of a client's stream.  Refused: a stanza with a `from` that is
/// not of our own account.
Outgoing check_raw_from_client(std::string_view xml, const Jid& own);

/// Append `stanza` to `out` as the component for `domain` writes it (XEP-0114 section 3; RFC 6120
/// 8.1.1.2, 8.1.2.2).  No `from` means the domain.  Refused: no `to`; a `from` that is not the
/// domain or an address in it; what was appended by then is for the caller to take back.  `rule`
/// has the domain as `sender`.
Outgoing write_from_component(const Element& stanza, const WritingRule& rule, std::string& out);

/// `xml` as it is, in the namespace of a component's stream, which it may spell out.  Refused as
/// above; a stanza without `from`, since it will not be changed; and jabber:client spelled out,
/// which would arrive as something else than a stanza.
Outgoing check_raw_from_component(std::string_view xml, const Jid& domain);

} // namespace headstock::detail
