// The namespaces of RFC 6120, RFC 6121 and the extensions in use, by short names, so that nobody
// types one.  Each names a section that shows it.  Where a specification has had several, it is the
// current one.
#pragma once

#include <string_view>

namespace headstock::ns {

inline constexpr std::string_view client = "jabber:client"; ///< RFC 6120 4.8.3
/// What streams of components call it (XEP-0114 3).  A component sees and sends ns::client.
inline constexpr std::string_view component = "jabber:component:accept";
inline constexpr std::string_view stream = "http://etherx.jabber.org/streams"; ///< RFC 6120 4.8.2
inline constexpr std::string_view streams =
    "urn:ietf:params:xml:ns:xmpp-streams"; ///< RFC 6120 4.9.3
inline constexpr std::string_view stanzas =
    "urn:ietf:params:xml:ns:xmpp-stanzas";                                   ///< RFC 6120 8.3.3
inline constexpr std::string_view tls = "urn:ietf:params:xml:ns:xmpp-tls";   ///< RFC 6120 5
inline constexpr std::string_view sasl = "urn:ietf:params:xml:ns:xmpp-sasl"; ///< RFC 6120 6
inline constexpr std::string_view bind = "urn:ietf:params:xml:ns:xmpp-bind"; ///< RFC 6120 7
inline constexpr std::string_view session = "urn:ietf:params:xml:ns:xmpp-session"; ///< RFC 3921 3
inline constexpr std::string_view roster = "jabber:iq:roster";                     ///< RFC 6121 2
inline constexpr std::string_view roster_versioning =
    "urn:xmpp:features:rosterver"; ///< RFC 6121 2.6.1
inline constexpr std::string_view subscription_preapproval =
    "urn:xmpp:features:pre-approval"; ///< RFC 6121 3.4

inline constexpr std::string_view data_forms = "jabber:x:data";        ///< XEP-0004 3
inline constexpr std::string_view last_activity = "jabber:iq:last";    ///< XEP-0012 2
inline constexpr std::string_view privacy_lists = "jabber:iq:privacy"; ///< XEP-0016 2
inline constexpr std::string_view disco_info =
    "http://jabber.org/protocol/disco#info"; ///< XEP-0030 3.1
inline constexpr std::string_view disco_items =
    "http://jabber.org/protocol/disco#items"; ///< XEP-0030 4.1
inline constexpr std::string_view addresses =
    "http://jabber.org/protocol/address"; ///< XEP-0033 2.1
/// XEP-0045 6.2.  What a presence that enters a room has.
inline constexpr std::string_view muc = "http://jabber.org/protocol/muc";
inline constexpr std::string_view muc_user = "http://jabber.org/protocol/muc#user"; ///< XEP-0045 7
inline constexpr std::string_view muc_admin =
    "http://jabber.org/protocol/muc#admin"; ///< XEP-0045 8
inline constexpr std::string_view muc_owner =
    "http://jabber.org/protocol/muc#owner"; ///< XEP-0045 10.1
inline constexpr std::string_view in_band_bytestreams =
    "http://jabber.org/protocol/ibb"; ///< XEP-0047 2.1
/// XEP-0048 2.  XEP-0402 has replaced it.
inline constexpr std::string_view legacy_bookmarks = "storage:bookmarks";
inline constexpr std::string_view private_storage = "jabber:iq:private"; ///< XEP-0049 2.1
inline constexpr std::string_view commands =
    "http://jabber.org/protocol/commands";                                       ///< XEP-0050 2.1
inline constexpr std::string_view vcard = "vcard-temp";                          ///< XEP-0054 3.1
inline constexpr std::string_view user_search = "jabber:iq:search";              ///< XEP-0055 2.1
inline constexpr std::string_view result_set = "http://jabber.org/protocol/rsm"; ///< XEP-0059 2.1
inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub";  ///< XEP-0060 5.1
inline constexpr std::string_view pubsub_event =
    "http://jabber.org/protocol/pubsub#event"; ///< XEP-0060 6.1
inline constexpr std::string_view pubsub_owner =
    "http://jabber.org/protocol/pubsub#owner"; ///< XEP-0060 6.4
inline constexpr std::string_view pubsub_errors =
    "http://jabber.org/protocol/pubsub#errors"; ///< XEP-0060 5.6
inline constexpr std::string_view bytestreams =
    "http://jabber.org/protocol/bytestreams";                       ///< XEP-0065 3
inline constexpr std::string_view out_of_band = "jabber:x:oob";     ///< XEP-0066 3
inline constexpr std::string_view out_of_band_iq = "jabber:iq:oob"; ///< XEP-0066 2
inline constexpr std::string_view http_auth =
    "http://jabber.org/protocol/http-auth"; ///< XEP-0070 4.5
inline constexpr std::string_view xhtml_im = "http://jabber.org/protocol/xhtml-im"; ///< XEP-0071 5
inline constexpr std::string_view registration = "jabber:iq:register"; ///< XEP-0077 3.1
inline constexpr std::string_view register_feature =
    "http://jabber.org/features/iq-register";                                     ///< XEP-0077 8
inline constexpr std::string_view location = "http://jabber.org/protocol/geoloc"; ///< XEP-0080 3
inline constexpr std::string_view avatar_data = "urn:xmpp:avatar:data";           ///< XEP-0084 3.1
inline constexpr std::string_view avatar_metadata = "urn:xmpp:avatar:metadata";   ///< XEP-0084 3.2
inline constexpr std::string_view chat_states =
    "http://jabber.org/protocol/chatstates"; ///< XEP-0085 2
/// XEP-0091 2.  XEP-0203 has replaced it.
inline constexpr std::string_view legacy_delay = "jabber:x:delay";
inline constexpr std::string_view version = "jabber:iq:version";            ///< XEP-0092 2
inline constexpr std::string_view gateway = "jabber:iq:gateway";            ///< XEP-0100 6.2
inline constexpr std::string_view mood = "http://jabber.org/protocol/mood"; ///< XEP-0107 2.1
inline constexpr std::string_view activity =
    "http://jabber.org/protocol/activity"; ///< XEP-0108 2.1
inline constexpr std::string_view capabilities = "http://jabber.org/protocol/caps"; ///< XEP-0115 4
inline constexpr std::string_view tune = "http://jabber.org/protocol/tune"; ///< XEP-0118 2.1
inline constexpr std::string_view form_validation =
    "http://jabber.org/protocol/xdata-validate";                               ///< XEP-0122 3
inline constexpr std::string_view headers = "http://jabber.org/protocol/shim"; ///< XEP-0131 3.1
inline constexpr std::string_view form_layout =
    "http://jabber.org/protocol/xdata-layout"; ///< XEP-0141 3
inline constexpr std::string_view roster_exchange =
    "http://jabber.org/protocol/rosterx";                                     ///< XEP-0144 3.1
inline constexpr std::string_view roster_notes = "storage:rosternotes";       ///< XEP-0145 2
inline constexpr std::string_view vcard_update = "vcard-temp:x:update";       ///< XEP-0153 3.1
inline constexpr std::string_view captcha = "urn:xmpp:captcha";               ///< XEP-0158 3.1
inline constexpr std::string_view jingle = "urn:xmpp:jingle:1";               ///< XEP-0166 6.2
inline constexpr std::string_view jingle_errors = "urn:xmpp:jingle:errors:1"; ///< XEP-0166 6.7
inline constexpr std::string_view jingle_rtp = "urn:xmpp:jingle:apps:rtp:1";  ///< XEP-0167 4
inline constexpr std::string_view nick = "http://jabber.org/protocol/nick";   ///< XEP-0172 3
inline constexpr std::string_view jingle_ice_udp =
    "urn:xmpp:jingle:transports:ice-udp:1";                                     ///< XEP-0176 5.2
inline constexpr std::string_view receipts = "urn:xmpp:receipts";               ///< XEP-0184 6
inline constexpr std::string_view blocking = "urn:xmpp:blocking";               ///< XEP-0191 3.1
inline constexpr std::string_view blocking_errors = "urn:xmpp:blocking:errors"; ///< XEP-0191 3.3
inline constexpr std::string_view stream_management = "urn:xmpp:sm:3";          ///< XEP-0198 2
inline constexpr std::string_view ping = "urn:xmpp:ping";                       ///< XEP-0199 3
inline constexpr std::string_view time = "urn:xmpp:time";                       ///< XEP-0202 2
inline constexpr std::string_view delay = "urn:xmpp:delay";                     ///< XEP-0203 3
inline constexpr std::string_view external_services = "urn:xmpp:extdisco:2";    ///< XEP-0215 2
inline constexpr std::string_view media = "urn:xmpp:media-element";             ///< XEP-0221 2
inline constexpr std::string_view attention = "urn:xmpp:attention:0";           ///< XEP-0224 3
inline constexpr std::string_view bits_of_binary = "urn:xmpp:bob";              ///< XEP-0231 2.3
inline constexpr std::string_view jingle_file_transfer =
    "urn:xmpp:jingle:apps:file-transfer:5";                                ///< XEP-0234 5
inline constexpr std::string_view invitation = "jabber:x:conference";      ///< XEP-0249 3
inline constexpr std::string_view security_label = "urn:xmpp:sec-label:0"; ///< XEP-0258 2
inline constexpr std::string_view jingle_bytestreams =
    "urn:xmpp:jingle:transports:s5b:1"; ///< XEP-0260 2.2
inline constexpr std::string_view jingle_in_band =
    "urn:xmpp:jingle:transports:ibb:1";                                        ///< XEP-0261 2.2
inline constexpr std::string_view microblog = "urn:xmpp:microblog:0";          ///< XEP-0277 2.1
inline constexpr std::string_view carbons = "urn:xmpp:carbons:2";              ///< XEP-0280 3
inline constexpr std::string_view vcard4 = "urn:ietf:params:xml:ns:vcard-4.0"; ///< XEP-0292 3
/// XEP-0292 4.1.  The node of PEP where one is published.
inline constexpr std::string_view vcard4_node = "urn:xmpp:vcard4";
inline constexpr std::string_view jingle_rtp_feedback =
    "urn:xmpp:jingle:apps:rtp:rtcp-fb:0"; ///< XEP-0293 4
inline constexpr std::string_view jingle_rtp_headers =
    "urn:xmpp:jingle:apps:rtp:rtp-hdrext:0";                                   ///< XEP-0294 4
inline constexpr std::string_view forwarded = "urn:xmpp:forward:0";            ///< XEP-0297 3.1
inline constexpr std::string_view hashes = "urn:xmpp:hashes:2";                ///< XEP-0300 3
inline constexpr std::string_view correction = "urn:xmpp:message-correct:0";   ///< XEP-0308 2
inline constexpr std::string_view archive = "urn:xmpp:mam:2";                  ///< XEP-0313 3.5
inline constexpr std::string_view hats = "urn:xmpp:hats:0";                    ///< XEP-0317 2
inline constexpr std::string_view idle = "urn:xmpp:idle:1";                    ///< XEP-0319 2.1
inline constexpr std::string_view jingle_dtls = "urn:xmpp:jingle:apps:dtls:0"; ///< XEP-0320 1
inline constexpr std::string_view chat_markers = "urn:xmpp:chat-markers:0";    ///< XEP-0333 3
inline constexpr std::string_view hints = "urn:xmpp:hints";                    ///< XEP-0334 3.1
inline constexpr std::string_view json = "urn:xmpp:json:0";                    ///< XEP-0335 3
inline constexpr std::string_view jingle_grouping =
    "urn:xmpp:jingle:apps:grouping:0"; ///< XEP-0338 2
inline constexpr std::string_view jingle_rtp_sources =
    "urn:xmpp:jingle:apps:rtp:ssma:0";                                          ///< XEP-0339 2.1
inline constexpr std::string_view client_state = "urn:xmpp:csi:0";              ///< XEP-0352 4.1
inline constexpr std::string_view jingle_message = "urn:xmpp:jingle-message:0"; ///< XEP-0353 3.1
inline constexpr std::string_view delegation = "urn:xmpp:delegation:2";         ///< XEP-0355 4.2
inline constexpr std::string_view privilege = "urn:xmpp:privilege:2";           ///< XEP-0356 4.2
inline constexpr std::string_view push = "urn:xmpp:push:0";                     ///< XEP-0357 4.1
inline constexpr std::string_view stanza_ids = "urn:xmpp:sid:0";                ///< XEP-0359 2.1
inline constexpr std::string_view http_upload = "urn:xmpp:http:upload:0";       ///< XEP-0363 3
inline constexpr std::string_view mix = "urn:xmpp:mix:core:1";                  ///< XEP-0369 6.1
inline constexpr std::string_view references = "urn:xmpp:reference:0";          ///< XEP-0372 2
inline constexpr std::string_view openpgp = "urn:xmpp:openpgp:0";               ///< XEP-0373 3.1
inline constexpr std::string_view reporting = "urn:xmpp:reporting:1";           ///< XEP-0377 3
inline constexpr std::string_view preauth = "urn:xmpp:pars:0";                  ///< XEP-0379 3.4
inline constexpr std::string_view encryption = "urn:xmpp:eme:0";                ///< XEP-0380 3.1
inline constexpr std::string_view spoiler = "urn:xmpp:spoiler:0";               ///< XEP-0382 2
inline constexpr std::string_view omemo = "urn:xmpp:omemo:2";                   ///< XEP-0384 5.2
/// XEP-0384.  Of version 0.3, which is much used.
inline constexpr std::string_view legacy_omemo = "eu.siacs.conversations.axolotl";
inline constexpr std::string_view inline_media = "urn:xmpp:sims:1"; ///< XEP-0385 4.1
inline constexpr std::string_view bind2 = "urn:xmpp:bind:0";        ///< XEP-0386 3.1
inline constexpr std::string_view sasl2 = "urn:xmpp:sasl:2";        ///< XEP-0388 5.1
inline constexpr std::string_view capabilities2 = "urn:xmpp:caps";  ///< XEP-0390 4.5
inline constexpr std::string_view styling = "urn:xmpp:styling:0";   ///< XEP-0393 5
inline constexpr std::string_view markup = "urn:xmpp:markup:0";     ///< XEP-0394 4.1
inline constexpr std::string_view avatar_conversion =
    "urn:xmpp:pep-vcard-conversion:0";                                ///< XEP-0398 2
inline constexpr std::string_view bookmarks = "urn:xmpp:bookmarks:1"; ///< XEP-0402 2
inline constexpr std::string_view bookmarks_conversion =
    "urn:xmpp:bookmarks-conversion:0";                                        ///< XEP-0411 2
inline constexpr std::string_view content_encryption = "urn:xmpp:sce:1";      ///< XEP-0420 6.1
inline constexpr std::string_view occupant_id = "urn:xmpp:occupant-id:0";     ///< XEP-0421 2
inline constexpr std::string_view fasten = "urn:xmpp:fasten:0";               ///< XEP-0422 2
inline constexpr std::string_view retraction = "urn:xmpp:message-retract:1";  ///< XEP-0424 2
inline constexpr std::string_view moderation = "urn:xmpp:message-moderate:1"; ///< XEP-0425 2
inline constexpr std::string_view fallback = "urn:xmpp:fallback:0";           ///< XEP-0428 2.2
inline constexpr std::string_view channel_search =
    "urn:xmpp:channel-search:0:search";                                        ///< XEP-0433 4.2
inline constexpr std::string_view channel_binding = "urn:xmpp:sasl-cb:0";      ///< XEP-0440 2
inline constexpr std::string_view reactions = "urn:xmpp:reactions:0";          ///< XEP-0444 2.1
inline constexpr std::string_view registration_token = "urn:xmpp:ibr-token:0"; ///< XEP-0445 3
inline constexpr std::string_view file_metadata = "urn:xmpp:file:metadata:0";  ///< XEP-0446 2
inline constexpr std::string_view file_sharing = "urn:xmpp:sfs:0";             ///< XEP-0447 3.1
inline constexpr std::string_view encrypted_file_sharing = "urn:xmpp:esfs:0";  ///< XEP-0448 3.1
inline constexpr std::string_view stickers = "urn:xmpp:stickers:0";            ///< XEP-0449 4.1
inline constexpr std::string_view service_outage = "urn:xmpp:sos:0";           ///< XEP-0455 2.1
inline constexpr std::string_view reply = "urn:xmpp:reply:0";                  ///< XEP-0461 2
inline constexpr std::string_view stream_limits = "urn:xmpp:stream-limits:0";  ///< XEP-0478 3.1
inline constexpr std::string_view sasl_upgrade = "urn:xmpp:sasl:upgrade:0";    ///< XEP-0480 2.1
inline constexpr std::string_view fast = "urn:xmpp:fast:0";                    ///< XEP-0484 3.1
inline constexpr std::string_view displayed = "urn:xmpp:mds:displayed:0";      ///< XEP-0490 4.1

} // namespace headstock::ns
