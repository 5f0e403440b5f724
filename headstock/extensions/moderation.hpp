// Moderated message retraction (XEP-0425 0.3.0): a room takes back what an occupant has said.
//
//     headstock::Moderation coven{"coven@chat.example.org"};
//     client.register_handler(coven);                  // and from `ready` on, as a moderator:
//     coven.retract(stanza_id, "not for this forum", [](const auto& done) {       // Answer<Ok>
//         if (!done) std::cout << done.message() << '\n';
//     });
//     // in a handler's table: on_event<&self::gone>() for
//     void gone(const headstock::MessageModerated& event) { forget(event.room, event.id); }
//
// The id is the one that the room gave the message: its <stanza-id/> whose `by` is the room
// (XEP-0359), and no other.  Whether a room can do it is told by RoomInfo::moderates.
//
// Only the room itself is believed, by its bare JID, letter for letter: an occupant who writes such
// a message takes back nothing.  It is told once the message is whole.  Nothing is kept of it: that
// a message is shown no longer is the program's to see to.  The older protocol,
// urn:xmpp:message-moderate:0, is not spoken.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/handlers.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// A moderator's request, section 3.
struct ModerateRequest {
    std::string id{};    ///< Of the message, given by the room.
    bool retract = true; ///< The only thing that is specified.
    std::optional<std::string> reason{};
    std::vector<Element> rest{}; ///< What else came.
};
HEADSTOCK_PAYLOAD(ModerateRequest,
                  "moderate",
                  ns::moderation,
                  attribute<&self::id>("id"),
                  flag<&self::retract>("retract", ns::retraction),
                  child_text<&self::reason>("reason"),
                  rest<&self::rest>())

/// The id of an occupant (XEP-0421) that stands in ModeratedBy.
struct ModeratorOccupant {
    std::string id{};
};
HEADSTOCK_PAYLOAD(ModeratorOccupant, "occupant-id", ns::occupant_id, attribute<&self::id>("id"))

/// Who did it, section 3.1.
struct ModeratedBy {
    Jid by{}; ///< An occupant's or an account's; empty when it is not told, or is no JID.
    std::optional<ModeratorOccupant> occupant{};
    std::vector<Element> rest{}; ///< What else came.
};
HEADSTOCK_PAYLOAD(
    ModeratedBy,
    "moderated",
    ns::moderation,
    attribute<&self::by>("by")
        .as([](std::string_view word) { return std::optional{Jid::parse(word).value_or(Jid{})}; },
            [](const Jid& jid) { return jid.str(); })
        .or_default(),
    child<&self::occupant>(),
    rest<&self::rest>())

/// What the room says to all occupants, section 3.1.
struct ModeratedRetraction {
    std::string id{}; ///< Of the message, given by the room.
    ModeratedBy moderated{};
    std::optional<std::string> reason{}; ///< The moderator's, not to be trusted.
    std::vector<Element> rest{};         ///< What else came.
};
HEADSTOCK_PAYLOAD(ModeratedRetraction,
                  "retract",
                  ns::retraction,
                  attribute<&self::id>("id"),
                  child<&self::moderated>(),
                  child_text<&self::reason>("reason"),
                  rest<&self::rest>())

/// What an archive has in the place of such a message, section 4.
struct ModeratedTombstone {
    std::optional<DateTime> stamp{}; ///< When it was taken back.
    ModeratedBy moderated{};
    std::optional<std::string> reason{}; ///< The moderator's, not to be trusted.
    std::vector<Element> rest{};         ///< What else came.
};
HEADSTOCK_PAYLOAD(ModeratedTombstone,
                  "retracted",
                  ns::retraction,
                  attribute<&self::stamp>("stamp"),
                  child<&self::moderated>(),
                  child_text<&self::reason>("reason"),
                  rest<&self::rest>())

/// An event: the room has taken a message back.
struct MessageModerated {
    Jid room{};
    std::string id{};          ///< Of the message, given by the room.
    Jid by{};                  ///< Which moderator; empty when it is not told.
    std::string occupant_id{}; ///< That moderator's (XEP-0421); empty when it is not told.
    std::string reason{};      ///< Not to be trusted.
};

/// The moderation of one room.  Several may be registered, each for a room of its own.
class HEADSTOCK_API Moderation {
public:
    /// Called once with what came of a request.
    using Done = std::function<void(const Answer<Ok>&)>;

    /// `room`: its resource does not matter.  Throws std::invalid_argument for an address that is
    /// none.
    explicit Moderation(Address room) : room_(Jid{room.text()}.bare()) {}

    /// Take back the message to which the room gave this id.  `done` is called exactly once, unless
    /// the Delivery is false or the client is destroyed first: then never.  It may be empty.
    /// Before `ready` nothing is sent (Errc::session_over).
    Delivery retract(std::string_view id, std::string_view reason = {}, Done done = {});

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    void told(const Element& retract, const Tag& message);

    Link<ClientApi> client_; ///< While a session lasts.
    Jid room_;

    friend HEADSTOCK_HANDLERS(
        Moderation,
        on<&self::told>("message@type=groupchat/{urn:xmpp:message-retract:1}retract").whole())
};

} // namespace headstock
