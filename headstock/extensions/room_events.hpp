// What MucRoom tells (XEP-0045), as typed events: rows of on_event in any handler's table.
//
//     struct Greeter {
//         void came(const headstock::OccupantJoined& event) {
//             event.room.say("Good evening, " + event.who.nick);
//         }
//         void heard(const headstock::RoomMessage& event) {
//             if (event.ours || event.history) return;
//             if (event.message.body == "!ping") event.reply("pong");
//         }
//     };
//     HEADSTOCK_HANDLERS(Greeter, on_event<&self::came>(), on_event<&self::heard>())
//
// Each says of which room it is, so one handler serves many.  The room is borrowed: what keeps an
// event beyond the handler may not use it.  Nicks, statuses, reasons and texts are other people's:
// not to be trusted, and printed through printable().
#pragma once

#include "headstock/date_time.hpp"
#include "headstock/delivery.hpp"
#include "headstock/error.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/room_occupants.hpp"
#include "headstock/jid.hpp"
#include "headstock/message.hpp"
#include "headstock/stanza.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

class MucRoom;

/// Why a room did not let us in, sections 7.2.5 to 7.2.17.
enum class RoomRefusal : std::uint8_t {
    nick_conflict,    ///< somebody has the nick, and each of the others that may be tried
    nick_not_allowed, ///< another nick is reserved for us, or this is none
    password,         ///< it wants one, or another one
    banned,
    members_only,
    full,
    no_such_room,   ///< it is not there, or not ready yet
    may_not_create, ///< it is not there, and we may not make it
    no_service,     ///< nobody answers for the address
    timed_out,      ///< no answer within RoomOptions::deadline
    session_over,   ///< the session ended before the answer
    not_sent,       ///< RoomRefused::failure says why
    other,          ///< RoomRefused::error says what
};
HEADSTOCK_API std::string_view to_string(RoomRefusal why); ///< A word, as "nick_conflict".

/// Why somebody is not in a room any more.
enum class RoomEnd : std::uint8_t {
    asked,            ///< they left
    kicked,           ///< code 307
    banned,           ///< 301
    affiliation_lost, ///< 321
    members_only,     ///< 322: the room is for members now
    destroyed,        ///< section 10.9
    shutting_down,    ///< 332: the service ends
    problem,          ///< 333: the room could not reach them
    not_joined,       ///< of ourselves: the room does not know us (XEP-0410)
    session_over,     ///< of ourselves: a new session joins again
};
HEADSTOCK_API std::string_view to_string(RoomEnd why); ///< A word, as "kicked".

/// An event: we are in the room, and know who else is.
struct RoomJoined {
    MucRoom& room;
    std::string nick{};         ///< Ours; perhaps not the one that was asked for.
    bool again = false;         ///< We have been in before.
    bool created = false;       ///< The room is new, and ours (code 201).
    bool non_anonymous = false; ///< Every occupant sees our real JID (code 100).
    bool logged = false;        ///< What is said is kept where others can read it (code 170).
};
/// An event: we are not let in.
struct RoomRefused {
    MucRoom& room;
    RoomRefusal why = RoomRefusal::other;
    StanzaError error{}; ///< What the room said, if it did.
    Error failure{};     ///< Of not_sent.
    /// When the next attempt is made; nothing: none is, before join() or a new session.
    std::optional<std::chrono::milliseconds> next_try{};
};
/// An event: we are out.
struct RoomLeft {
    MucRoom& room;
    RoomEnd why = RoomEnd::asked;
    std::string actor{};  ///< The nick of who did it, or their JID; mostly empty.
    std::string reason{}; ///< What they say of it.
    Jid venue{};          ///< Of a room that was destroyed: where to go instead.
    std::string venue_password{};
    std::optional<std::chrono::milliseconds> next_try{}; ///< As in RoomRefused.
};

/// An event: somebody has said something to the whole room, we ourselves perhaps.
struct HEADSTOCK_API RoomMessage {
    MucRoom& room;
    Message message{};  ///< Its body is empty where it is a marker, a reaction or the like.
    std::string nick{}; ///< Of who said it; empty: the room itself.
    /// What the room calls it (XEP-0359); empty where the room does not say that it gives such ids.
    std::string stanza_id{};
    std::string occupant_id{}; ///< Of who said it, as Occupant::id.
    bool ours = false;         ///< We said it: it was sent from here, or under our nick just now.
    bool history = false;      ///< It was said before we came, or while we were away.
    DateTime when{};           ///< When it was said; of what is no history, now.

    /// Answer to the room: room.say(text).
    Delivery reply(std::string text) const;
};
/// An event: an occupant has said something to us alone (section 7.5).
struct HEADSTOCK_API RoomPrivateMessage {
    MucRoom& room;
    Message message{};
    std::string nick{}; ///< Of who said it.
    std::string occupant_id{};

    /// Answer to them alone.
    Delivery reply(std::string text) const;
};
/// An event: what the room is about, as it is told to who comes, or when it changes (section 8.1).
struct RoomSubject {
    MucRoom& room;
    std::string subject{}; ///< Empty: there is none.
    std::string nick{};    ///< Of who changed it; may be empty.
    bool history = false;  ///< It was so when we came.
};
/// An event: something that we said did not get to the room, or nobody knows whether it did.
struct RoomUndelivered {
    MucRoom& room;
    Message message{};
    std::optional<StanzaError> refusal{}; ///< The room's no, as `forbidden` without a voice.
    /// Without one: Errc::not_sent, or Errc::unanswered of what may have been said after all.
    Error failure{};
};

/// An event: somebody has come in after us.
struct OccupantJoined {
    MucRoom& room;
    Occupant who{};
};
/// An event: somebody, ourselves perhaps, has another role, affiliation, show or status.
struct OccupantChanged {
    MucRoom& room;
    Occupant who{};
    Occupant before{};
};
/// An event: somebody has gone.
struct OccupantLeft {
    MucRoom& room;
    Occupant who{}; ///< As they were; of who was not known, the nick alone.
    RoomEnd why = RoomEnd::asked;
    std::string actor{};  ///< As in RoomLeft.
    std::string reason{}; ///< As in RoomLeft.
};
/// An event: somebody has another nick (section 7.6).
struct OccupantRenamed {
    MucRoom& room;
    Occupant who{};       ///< With the new nick.
    std::string before{}; ///< The old one.
    bool ours = false;    ///< It is us.
};
/// An event: the room does not let us have the nick that change_nick() asked for.
struct RoomNickRefused {
    MucRoom& room;
    std::string nick{};
    RoomRefusal why = RoomRefusal::other;
    StanzaError error{};
};
/// An event: the room is configured in another way (section 10.2.1); the codes of section 15.6.2,
/// 32 at most.
struct RoomChanged {
    MucRoom& room;
    std::vector<unsigned> codes{};
};
/// An event: the room is new and stays locked, since it was not opened by default (section 10.1.2).
struct RoomNotOpened {
    MucRoom& room;
    std::string why{};
};
/// An event: it is unknown whether we are still in the room, since nobody answers for it
/// (XEP-0410).  It is asked again, and RoomLeft says when we are not.
struct RoomUnsure {
    MucRoom& room;
    std::string why{};
};

} // namespace headstock
