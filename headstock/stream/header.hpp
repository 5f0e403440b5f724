// Stream headers (RFC 6120 4.7, 4.8; XEP-0114 section 3): a client's is written, a peer's is
// judged.  A component's is in component.hpp.
#pragma once

#include "bridge/parser.hpp"
#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <string>
#include <string_view>

namespace headstock::detail {

/// Our stream header (RFC 6120 4.7); `from` only once the stream is secured (4.7.1).
/// `language` (4.7.4) may be empty.
std::string stream_header(const Jid& account, bool with_from, std::string_view language);

/// What is wrong with a header.  A stream error may follow all the same and then says why
/// (4.9.1.2), so this is kept, with nothing answered, until something else follows.
struct HeaderFault {
    Error error{};                ///< None: nothing is wrong.
    std::string_view condition{}; ///< The stream error that tells the peer (4.9.3).

    explicit operator bool() const { return static_cast<bool>(error); }
};

/// Errc::not_xmpp for a root that is no stream: no stream error can stand inside it.
Error check_root(const Tag& header);

/// A stream header inside a stream, which would be an element that never ends.
bool is_second_header(const bridge::StartTag& start);

/// A server's header to a client.  `declared` is the default namespace of its tag: jabber:client,
/// or the stream namespace or none where each stanza names its own (4.8.2).  An absent `from` is
/// passed over, and so is an absent id.
HeaderFault check_header(const Tag& header, std::string_view declared, const Jid& account);

/// A server's header to a component: the same for jabber:component:accept, without a version.
HeaderFault check_component_header(const Tag& header, std::string_view declared, const Jid& domain);

} // namespace headstock::detail
