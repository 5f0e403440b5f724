// What rooms and their occupants say (XEP-0045): the payloads of muc and muc#user.
//
//     if (const auto user = headstock::MucUser::of(presence)) {       // from room@service/nick
//         if (user->has(headstock::muc_self)) ...                     // it is about ourselves
//         if (user->item().role == headstock::Role::moderator) ...
//     }
//     client.send_stanza(headstock::presence()
//                            .set("to", "room@rooms.example.org/nick")
//                            .add(headstock::MucJoin{headstock::MucHistory::none()}));
//
// MucRoom (muc_room.hpp) speaks all of it.  Anybody may put any of it into a stanza: it counts from
// a room, by its address.  Addresses that are none are read as empty, and unknown words as `none`,
// since a room passes on what other people wrote.
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/muc_words.hpp"
#include "headstock/jid.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

namespace detail {
// They never fail: see the top.
HEADSTOCK_API std::optional<Role> read_muc_role(std::string_view word);
HEADSTOCK_API std::string write_muc_role(const Role& role);
HEADSTOCK_API std::optional<Affiliation> read_muc_affiliation(std::string_view word);
HEADSTOCK_API std::string write_muc_affiliation(const Affiliation& affiliation);
HEADSTOCK_API std::optional<Jid> read_muc_jid(std::string_view word);
HEADSTOCK_API std::string write_muc_jid(const Jid& jid);
} // namespace detail

// --- entering ------------------------------------------------------------------------------------

/// How much of what was said before a room shall send, section 7.2.14.  It sends the least that any
/// of these allows.
struct HEADSTOCK_API MucHistory {
    std::optional<unsigned> maxchars{};   ///< Characters of XML, in all.
    std::optional<unsigned> maxstanzas{}; ///< Messages.
    std::optional<unsigned> seconds{};    ///< Of the last seconds only.
    std::optional<DateTime> since{};      ///< Since this moment only.

    static MucHistory none(); ///< Nothing at all.
};
HEADSTOCK_PAYLOAD(MucHistory,
                  "history",
                  ns::muc,
                  attribute<&self::maxchars>("maxchars"),
                  attribute<&self::maxstanzas>("maxstanzas"),
                  attribute<&self::seconds>("seconds"),
                  attribute<&self::since>("since"))

/// What makes a presence the wish to enter a room, section 7.2.1.
struct MucJoin {
    std::optional<MucHistory> history{}; ///< Nothing: as the room does it.
    std::optional<std::string> password{};
};
HEADSTOCK_PAYLOAD(
    MucJoin, "x", ns::muc, child<&self::history>(), child_text<&self::password>("password"))

// --- what a room says ----------------------------------------------------------------------------

/// Who has kicked or banned somebody.
struct MucActor {
    Jid jid{};
    std::optional<std::string> nick{};
};
HEADSTOCK_PAYLOAD(
    MucActor,
    "actor",
    ns::muc_user,
    attribute<&self::jid>("jid").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    attribute<&self::nick>("nick"))

/// An occupant, section 7.2.2.
struct MucItem {
    std::optional<Affiliation> affiliation{};
    std::optional<Role> role{};
    Jid jid{};                         ///< Who they really are, where the room tells us.
    std::optional<std::string> nick{}; ///< Their next nick, with code 303 (section 7.6).
    std::optional<MucActor> actor{};
    std::optional<std::string> reason{}; ///< Theirs, not to be trusted.
};
HEADSTOCK_PAYLOAD(
    MucItem,
    "item",
    ns::muc_user,
    attribute<&self::affiliation>("affiliation")
        .as(&detail::read_muc_affiliation, &detail::write_muc_affiliation),
    attribute<&self::role>("role").as(&detail::read_muc_role, &detail::write_muc_role),
    attribute<&self::jid>("jid").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    attribute<&self::nick>("nick"),
    child<&self::actor>(),
    child_text<&self::reason>("reason"))

/// One of the numbers of section 15.6.2.
struct MucStatus {
    unsigned code = 0;
};
HEADSTOCK_PAYLOAD(MucStatus, "status", ns::muc_user, attribute<&self::code>("code"))

inline constexpr unsigned muc_non_anonymous = 100;     ///< Everybody sees who we really are.
inline constexpr unsigned muc_self = 110;              ///< It is about ourselves.
inline constexpr unsigned muc_logged = 170;            ///< What is said is kept for everybody.
inline constexpr unsigned muc_created = 201;           ///< There was no such room: we made it.
inline constexpr unsigned muc_nick_changed = 210;      ///< The room chose another nick for us.
inline constexpr unsigned muc_banned = 301;            ///< Somebody was banned.
inline constexpr unsigned muc_renamed = 303;           ///< Somebody has another nick now.
inline constexpr unsigned muc_kicked = 307;            ///< Somebody was kicked.
inline constexpr unsigned muc_affiliation_lost = 321;  ///< Removed: of no affiliation any more.
inline constexpr unsigned muc_members_only_now = 322;  ///< Removed: the room is for members now.
inline constexpr unsigned muc_shutting_down = 332;     ///< Removed: the service ends.
inline constexpr unsigned muc_technical_problem = 333; ///< Removed: they could not be reached.

/// An invitation goes on from a talk of two (section 7.9).
struct MucContinue {
    std::optional<std::string> thread{}; ///< The thread of that talk.
};
HEADSTOCK_PAYLOAD(MucContinue, "continue", ns::muc_user, attribute<&self::thread>("thread"))

/// An invitation by way of the room, section 7.8.2.
struct MucInvite {
    Jid from{}; ///< Who invites, as the room says.
    Jid to{};   ///< Whom, on the way to the room.
    std::optional<std::string> reason{};
    std::optional<MucContinue> goes_on{};
};
HEADSTOCK_PAYLOAD(
    MucInvite,
    "invite",
    ns::muc_user,
    attribute<&self::from>("from").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    attribute<&self::to>("to").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    child_text<&self::reason>("reason"),
    child<&self::goes_on>())

/// No, thank you: section 7.8.2.
struct MucDecline {
    Jid from{}; ///< Who declines, as the room says.
    Jid to{};   ///< Who invited, on the way to the room.
    std::optional<std::string> reason{};
};
HEADSTOCK_PAYLOAD(
    MucDecline,
    "decline",
    ns::muc_user,
    attribute<&self::from>("from").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    attribute<&self::to>("to").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    child_text<&self::reason>("reason"))

/// The room is no more, section 10.9.
struct MucDestroy {
    Jid jid{}; ///< Where they meet instead; mostly empty.
    std::optional<std::string> reason{};
    std::optional<std::string> password{}; ///< Of the other room.
};
HEADSTOCK_PAYLOAD(
    MucDestroy,
    "destroy",
    ns::muc_user,
    attribute<&self::jid>("jid").as(&detail::read_muc_jid, &detail::write_muc_jid).or_default(),
    child_text<&self::reason>("reason"),
    child_text<&self::password>("password"))

/// What a room adds to presence and messages.
struct HEADSTOCK_API MucUser {
    std::vector<MucItem> items{}; ///< In presence, one.
    std::vector<MucInvite> invites{};
    std::optional<MucDecline> decline{};
    std::optional<MucDestroy> destroy{};
    std::optional<std::string> password{};
    std::vector<MucStatus> statuses{};
    std::vector<Element> rest{}; ///< What else came, and what did not read.

    bool has(unsigned code) const; ///< One of the statuses has this code.
    /// The first item; an empty one when there is none.
    MucItem item() const;
    /// Of a presence or message; nothing when it has none that reads.
    static std::optional<MucUser> of(const Element& stanza);
};
HEADSTOCK_PAYLOAD(MucUser,
                  "x",
                  ns::muc_user,
                  child<&self::items>().or_rest(),
                  child<&self::invites>().or_rest(),
                  child<&self::decline>(),
                  child<&self::destroy>(),
                  child_text<&self::password>("password"),
                  child<&self::statuses>().or_rest(),
                  rest<&self::rest>())

/// The same person under any nick, as the room says (XEP-0421).  Believe it only of a room whose
/// features name ns::occupant_id: others pass on what an occupant claims.
struct OccupantId {
    std::string id{};
};
HEADSTOCK_PAYLOAD(OccupantId, "occupant-id", ns::occupant_id, attribute<&self::id>("id"))

} // namespace headstock
