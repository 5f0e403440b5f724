// The namespaces of RFC 6120, RFC 6121 and the extensions used here, by short names.
#pragma once

#include <string_view>

namespace headstock::ns {

inline constexpr std::string_view client = "jabber:client"; ///< RFC 6120 4.8.3
/// What streams of components call it (XEP-0114).  A component sees and sends ns::client.
inline constexpr std::string_view component = "jabber:component:accept";
inline constexpr std::string_view stream = "http://etherx.jabber.org/streams"; ///< RFC 6120 4.8.2
inline constexpr std::string_view streams =
    "urn:ietf:params:xml:ns:xmpp-streams"; ///< RFC 6120 4.9.3
inline constexpr std::string_view stanzas =
    "urn:ietf:params:xml:ns:xmpp-stanzas";                                   ///< RFC 6120 8.3.3
inline constexpr std::string_view tls = "urn:ietf:params:xml:ns:xmpp-tls";   ///< RFC 6120 5
inline constexpr std::string_view sasl = "urn:ietf:params:xml:ns:xmpp-sasl"; ///< RFC 6120 6
inline constexpr std::string_view sasl2 = "urn:xmpp:sasl:2";                 ///< XEP-0388
inline constexpr std::string_view bind2 = "urn:xmpp:bind:0";                 ///< XEP-0386
inline constexpr std::string_view fast = "urn:xmpp:fast:0";                  ///< XEP-0484
inline constexpr std::string_view channel_binding = "urn:xmpp:sasl-cb:0";    ///< XEP-0440
inline constexpr std::string_view bind = "urn:ietf:params:xml:ns:xmpp-bind"; ///< RFC 6120 7
inline constexpr std::string_view session = "urn:ietf:params:xml:ns:xmpp-session"; ///< RFC 3921 3
inline constexpr std::string_view roster = "jabber:iq:roster";                     ///< RFC 6121 2
inline constexpr std::string_view registration = "jabber:iq:register";             ///< XEP-0077
inline constexpr std::string_view register_feature =
    "http://jabber.org/features/iq-register";                       ///< XEP-0077
inline constexpr std::string_view data_forms = "jabber:x:data";     ///< XEP-0004
inline constexpr std::string_view forwarded = "urn:xmpp:forward:0"; ///< XEP-0297
inline constexpr std::string_view carbons = "urn:xmpp:carbons:2";   ///< XEP-0280
inline constexpr std::string_view archive = "urn:xmpp:mam:2";       ///< XEP-0313
inline constexpr std::string_view pubsub_event =
    "http://jabber.org/protocol/pubsub#event";                         ///< XEP-0060
inline constexpr std::string_view stream_management = "urn:xmpp:sm:3"; ///< XEP-0198
inline constexpr std::string_view client_state = "urn:xmpp:csi:0";     ///< XEP-0352
inline constexpr std::string_view ping = "urn:xmpp:ping";              ///< XEP-0199
inline constexpr std::string_view version = "jabber:iq:version";       ///< XEP-0092
inline constexpr std::string_view disco_info =
    "http://jabber.org/protocol/disco#info";                                  ///< XEP-0030
inline constexpr std::string_view stream_limits = "urn:xmpp:stream-limits:0"; ///< XEP-0478
inline constexpr std::string_view out_of_band = "jabber:x:oob";               ///< XEP-0066
inline constexpr std::string_view media = "urn:xmpp:media-element";           ///< XEP-0221
inline constexpr std::string_view delay = "urn:xmpp:delay";                   ///< XEP-0203

/// XEP-0091, which XEP-0203 has replaced.
inline constexpr std::string_view legacy_delay = "jabber:x:delay";

inline constexpr std::string_view disco_items =
    "http://jabber.org/protocol/disco#items";                                   ///< XEP-0030
inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub"; ///< XEP-0060
inline constexpr std::string_view pubsub_owner =
    "http://jabber.org/protocol/pubsub#owner"; ///< XEP-0060

} // namespace headstock::ns
