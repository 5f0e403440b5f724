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
    StanzaKind kind = StanzaKind::none; ///< none for a raw element that is no stanza.
    StanzaType type = StanzaType::any;
    Error error{}; ///< Errc::invalid_stanza, and nothing else is set.
};

/// `stanza` as bytes for a stream of namespace `content_ns`.  An iq or message without an id is given
/// one.  Refused: what is no stanza of that namespace, an iq without a type, a get or set without
/// exactly one payload (RFC 6120 8.2.3).
Outgoing write_stanza(const Element& stanza, std::string_view content_ns);

/// `xml` as it is, after a check that it is one whole, well-formed element.  An iq get or set must
/// have an id, since it will not be changed.
Outgoing check_raw(std::string_view xml, std::string_view content_ns);

} // namespace headstock::detail
