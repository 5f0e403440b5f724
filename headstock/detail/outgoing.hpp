// Turns what a caller wants to send into checked bytes: nothing half-made ever reaches the stream.
#pragma once

#include "headstock/delivery.hpp"

#include <string>
#include <string_view>

namespace headstock::detail {

/// One stanza, checked and written.
struct Outgoing {
    std::string xml{};
    Unsent what{};
    std::string from{};                 ///< What it says of its sender; empty when it says nothing.
    StanzaKind kind = StanzaKind::none; ///< none for a raw element that is no stanza.
    StanzaType type = StanzaType::any;
    Error error{}; ///< Errc::invalid_stanza, and nothing else is set.
};

/// What becomes of a stanza's `from` while it is written.
struct FromRule {
    bool leave_out = false;
    std::string_view add{}; ///< To write, where the stanza has none; empty for nothing.
};

/// `stanza` as bytes for a stream of namespace `content_ns`.  An iq or message without an id is given
/// one.  Refused: what is no stanza of that namespace, an iq without a type, a get or set without
/// exactly one payload (RFC 6120 8.2.3).
Outgoing
write_stanza(const Element& stanza, std::string_view content_ns, const FromRule& from = {});

/// `xml` as it is, after a check that it is one whole, well-formed element.  An iq get or set must
/// have an id, since it will not be changed.  Refused too: a root in jabber:client spelled out, where
/// `content_ns` is another namespace.
Outgoing check_raw(std::string_view xml, std::string_view content_ns);

/// What is not sent, and why.
Outgoing refuse(std::string why);

} // namespace headstock::detail
