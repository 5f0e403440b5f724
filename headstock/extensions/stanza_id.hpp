// Unique and stable ids of stanzas (XEP-0359): what an archive or a room calls a message, and what
// its sender does.
//
//     const auto id = headstock::stanza_id(message, room); // `message` came from that room
//
// Anybody may put a <stanza-id/> into a message.  One counts if its `by` is who delivered the
// message (our own account's bare JID, or a room that we are in), and only if that service says in
// its disco information that it knows ns::stanza_ids: such a service takes out what senders claim
// in its name (section 5).
#pragma once

#include "headstock/export.hpp"
#include "headstock/jid.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <string>

namespace headstock {

/// What an archive or a room calls the stanza, section 3.1.
struct StanzaId {
    std::string id{};
    Jid by{}; ///< Who gave it.
};
HEADSTOCK_PAYLOAD(
    StanzaId, "stanza-id", ns::stanza_ids, attribute<&self::id>("id"), attribute<&self::by>("by"))

/// What its sender calls it, section 3.2: an id that no room or gateway changes on the way.
struct OriginId {
    std::string id{};
};
HEADSTOCK_PAYLOAD(OriginId, "origin-id", ns::stanza_ids, attribute<&self::id>("id"))

/// The id that `by` gave this message; empty when there is none.  Of several that claim to be by
/// `by` none counts: a service gives one.
HEADSTOCK_API std::string stanza_id(const Message& message, const Jid& by);

/// By what id a reply (XEP-0461 4.1) or a reaction (XEP-0444 4.2) refers to this message: in a room
/// what the room calls it, else what its sender does.  Empty: nobody can refer to it.
HEADSTOCK_API std::string reference_id(const Message& message);

/// Give a message that is to be sent an origin id, and the same as its id (section 3.2): that which
/// it has, or a random one.
HEADSTOCK_API Message& add_origin_id(Message& message);

} // namespace headstock
