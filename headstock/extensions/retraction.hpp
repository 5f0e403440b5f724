// Message retraction (XEP-0424): a message that its author takes back.
//
//     headstock::Retractions retractions{talk};          // talk: Conversations, registered before
//     client.register_handler(retractions);
//     const auto sent = talk.send({.to = juliet, .body = "to somebody else"});
//     retractions.retract(juliet, sent.id);
//     // in a room, by what the room calls it (section 5.1): what came back of our message
//     retractions.retract(ours_as_it_came_back);
//     // in a handler's table: on_event<&self::retracted>() for void retracted(const Retracted&)
//
// It is a wish: who has read the message has read it.  One counts only by the author of the message
// (Conversations::same()), and only when that is among what Conversations keep; a program that
// keeps more has message.get<Retract>() and compares the authors itself.  An archive may put a
// Tombstone in a message's place.  Tell of it by Disco::add_feature(ns::retraction).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/conversations.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// Takes a message back (section 3).
struct Retract {
    std::string id{}; ///< Of that message; in a room what the room calls it.
};
HEADSTOCK_PAYLOAD(Retract, "retract", ns::retraction, attribute<&self::id>("id"))

/// What an archive has in the place of a message that was taken back (section 4).
struct Tombstone {
    std::string id{};                ///< That of the message that took it back.
    std::optional<DateTime> stamp{}; ///< When that was.
    std::optional<std::string> by{}; ///< By whom, where not by the author (XEP-0425).
};
HEADSTOCK_PAYLOAD(Tombstone,
                  "retracted",
                  ns::retraction,
                  attribute<&self::id>("id"),
                  attribute<&self::stamp>("stamp"),
                  attribute<&self::by>("by"))

/// An event: the author of a message takes it back.  Told once of each message.
struct Retracted {
    Author author{};
    Jid conversation{};
    std::string id{};     ///< As the retraction has it: in a room what the room calls the message.
    std::string stanza{}; ///< The id of the message's stanza.
    bool ours = false;    ///< By our own account, or by ourselves in a room.
};

/// Takes messages back, and follows those who do, our account's other clients too.
class HEADSTOCK_API Retractions {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; without it nothing is sent and nothing told.
    explicit Retractions(Conversations& talk) : talk_(talk.link()) {}

    /// Take back the message of this id, which was sent to `to` as a chat message.
    /// Errc::invalid_option without an id; Errc::invalid_jid: no address; Errc::session_over before
    /// `ready` and without Conversations.
    Delivery retract(Address to, std::string_view id);
    /// Take back a message of ours that came, as a carbon or from a room.
    Delivery retract(const Message& ours);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    Delivery take_back(const Jid& to, StanzaType type, std::string_view id);
    void heard(const MessageHeard& event);

    Link<Conversations> talk_;
    Link<ClientApi> client_;

    friend HEADSTOCK_HANDLERS(Retractions, on_event<&self::heard>())
};

} // namespace headstock
