// Who said what, and in which conversation: what every object needs that follows messages.
//
//     headstock::Conversations talk;                  // before the objects that are made with it
//     headstock::Corrections corrections{talk};
//     headstock::Receipts receipts{talk, headstock::Audience::contacts(roster)};
//     client.register_handler(talk);
//     client.register_handler(corrections);
//     client.register_handler(receipts);
//     ...
//     talk.enter("garden@rooms.example.org");         // a room, before its presence comes
//     talk.send({.to = juliet, .body = "Good night"}); // so that it is known what we have said
//     talk.follow(from_archive);                      // and what comes from an archive
//
// THE SAME SENDER.  A message may say that it corrects, or takes back, another one: that counts
// when both are by the same Author.  Outside rooms that is a bare JID.  In a room it is an
// occupant: with one occupant id (XEP-0421) where the room says that it gives them, else under one
// nick without having left in between.  Of what comes late, as the history of a room does, nobody
// knows the second; and a room that was not entered here is believed nothing: there nobody is the
// same.  We ourselves are the nick that a MucRoom asks for, or that enter() was given, and what the
// room makes of it: that somebody else says code 110 of theirs is not believed.
//
// WHAT IS KEPT, of messages with a body and an id: the ids and the author, of the last 50 in each
// of the last 1,000 conversations, 8 MiB together; an id of more than 256 bytes is none.  Of the
// rooms that were entered, who is in them: 100,000 occupants, whose addresses have 16 MiB.  Of a
// later one nothing is known, as if all that they say came late.  Every message, also as a carbon
// (carbons.hpp), is one event, MessageHeard, by which the objects follow it.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/carbons.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/recent.hpp"
#include "headstock/extensions/room_self.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

/// Who a message is by, as far as it matters whether two are by the same; see
/// Conversations::same().
struct Author {
    /// A bare JID; in a room the occupant's address there, or the room's own.
    Jid address{};
    bool in_room = false;      ///< Of a room, in public or as a private message.
    std::string occupant_id{}; ///< XEP-0421, as the message has it: may be a lie in some rooms.
    std::uint64_t stay = 0;    ///< One number from coming in under a nick to leaving; 0: not known.
};

/// How a message came.
enum class MessageWay : std::uint8_t {
    direct,
    carbon_received, ///< Another client of our account was sent it.
    carbon_sent,     ///< Another client of our account has sent it.
    archive,         ///< The program has given it to Conversations::follow().
};

/// An event: a message was heard.  It borrows what it names: only for handlers, not to be kept.
struct MessageHeard {
    const Message& message;
    const Author& author;
    /// With whom: a bare JID, a room, or an occupant for private messages in a room.
    const Jid& conversation;
    MessageWay way = MessageWay::direct;
    bool ours = false; ///< By our own account, or by ourselves in a room.
    bool late = false; ///< It comes from a store, or says so (XEP-0203).
};

/// One message that was said.
struct Said {
    std::string id{};      ///< Of the stanza.
    std::string origin{};  ///< XEP-0359 3.2.
    std::string room_id{}; ///< What its room calls it, XEP-0359 3.1.
    /// Of a correction (XEP-0308): the id of the message that it corrects, by the same author.
    std::string original{};
    Author author{};
    std::uint64_t number = 0; ///< A later one has a greater one.
    bool taken_back = false;  ///< XEP-0424.
};

/// One for one client.
class HEADSTOCK_API Conversations {
public:
    /// Of no use to a component, which is many addresses: a compile error.
    static constexpr bool needs_account = true;

    Conversations() = default;
    Conversations(const Conversations&) = delete;
    Conversations& operator=(const Conversations&) = delete;

    /// We are about to join this room: it is asked what ids it gives (service discovery), now and
    /// at the beginning of each session, and when we are in where it has not said so.  Enter before
    /// the presence is sent that joins, so that the answer is there before the room's history.  It
    /// is remembered until leave().  The resource of `room` is the nick under which we join: needed
    /// where no MucRoom does, or nothing there is ours.  Errc::invalid_jid: no address.
    Error enter(Address room);
    /// Forget the room, and who is in it.
    void leave(Address room);
    /// It was entered; whatever its resource.
    bool is_room(const Jid& jid) const;
    /// The room was entered, and says that it gives stanza ids (XEP-0359 4).
    bool gives_stanza_ids(const Jid& room) const;

    /// Send a message, and know it as said by us.  It is given an id when it has none.
    Delivery send(Message message);
    /// Follow a message that somebody believed has kept, as an archive: MessageHeard.  The oldest
    /// first, or what corrects a message comes before it is known.  Nothing before `ready`.
    void follow(const Message& message);

    /// Who it is by.
    Author author(const Message& message) const;
    /// With whom: see MessageHeard::conversation.
    Jid conversation(const Message& message) const;
    /// Whether a message is by our own account, or by ourselves in a room.
    bool is_ours(const Message& message) const;
    /// Whether two authors are certainly the same.
    bool same(const Author& a, const Author& b) const;
    /// A text that authors share who are the same, and no others; empty: one of whom nothing is
    /// known.
    std::string key(const Author& author) const;
    /// What `by` has said under this id, or under this name by the room; nullptr: not known.  Like
    /// the next one's it is borrowed until something else is heard or sent.
    const Said* find(const Jid& conversation, std::string_view id, const Author& by) const;
    /// The message that this id refers to in replies, reactions and markers: in a room that gives
    /// stanza ids one of those, else the id of the last message that has it.
    const Said* find(const Jid& conversation, std::string_view id) const;
    /// Its author has said nothing since, in this conversation, but corrections.
    bool is_last(const Jid& conversation, const Said& said) const;
    /// Mark what `by` has said under this id as taken back.
    void take_back(const Jid& conversation, std::string_view id, const Author& by);

    /// For an object that keeps this: as long as it lives.
    Link<Conversations> link() { return {*this, lifetime_}; }

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    struct Room {
        std::map<Jid, std::uint64_t> occupants{}; ///< And their stays.
        detail::RoomSelf self{};                  ///< Who we are there.
        std::string own_id{};                     ///< Our occupant id.
        bool asking = false;                      ///< What it gives.
        bool asked_again = false;
        bool known = false;
        bool gives_occupant_ids = false;
        bool gives_stanza_ids = false;
    };
    struct Log {
        std::deque<Said> said{};
        std::size_t text = 0;
    };

    void heard(const Message& message);
    void received(const CarbonReceived& copy) { take(copy.message, MessageWay::carbon_received); }
    void sent(const CarbonSent& copy) { take(copy.message, MessageWay::carbon_sent); }
    void occupant(const Element& x, const Element& presence);
    void prepared(const PresencePrepared& event);

    /// What counts as an id: empty for one that is too long.
    static std::string short_id(std::string_view id);
    static std::string occupant_id_of(const std::vector<Element>& children);
    void take(const Message& message, MessageWay way);
    void note(const Message& message, const Author& author, const Jid& where);
    void keep(const Jid& where, Said said);
    void forget_oldest();
    Author occupant_of(const Message& message, const Jid& address) const;
    bool is_own(const Message& message, const Author& author, bool late) const;
    bool is_private(const Message& message, const Jid& other) const;
    const Room* room_of(const Jid& jid) const;
    bool refers(const Jid& conversation, const Said& said, std::string_view id) const;
    void came(Room& room, const Jid& who, const Element& presence, bool entered);
    void went(Room& room, const Jid& who, bool self);
    void forget_occupants(Room& room);
    void clear(Room& room);
    void ask_features(const Jid& room);
    void learn(const Jid& jid, const Answer<DiscoInfo>& info);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;
    Lifetime lifetime_;
    std::map<Jid, Room> rooms_; ///< That the program has entered.
    std::size_t occupants_ = 0; ///< In all of them.
    std::size_t occupants_text_ = 0;
    detail::Recent<Jid, Log> logs_{1000};
    std::size_t text_ = 0;      ///< Bytes of what logs_ hold.
    std::uint64_t counter_ = 0; ///< Of messages and stays.

    friend HEADSTOCK_HANDLERS(Conversations,
                              on<&self::heard>("message"),
                              on<&self::occupant>("presence",
                                                  "x",
                                                  "http://jabber.org/protocol/muc#user"),
                              on_event<&self::prepared>(),
                              on_event<&self::received>(),
                              on_event<&self::sent>())
};

namespace detail {
/// What a function gives whose object outlived its Conversations, or began before them.
inline Delivery send_in(const Link<Conversations>& talk, Message message) {
    auto* there = talk.get();
    return there == nullptr ? no_session("Conversations") : there->send(std::move(message));
}
} // namespace detail

} // namespace headstock
