// Requests for voice in a moderated room (XEP-0045 7.13 and 8.6): a visitor asks, a moderator says
// yes or no.
//
//     headstock::VoiceRequests coven{"coven@chat.example.org"};
//     client.register_handler(coven);       // and from `ready` on, in the room that we are in:
//     coven.ask();                               // a visitor
//     // a moderator, in a handler's table: on_event<&self::asked>() for
//     void asked(const headstock::VoiceRequested& event) {
//         coven.answer(event, event.nick == "thirdwitch");
//     }
//
// Who has got voice is told by the room's presence.  Only the room itself is believed, by its bare
// JID, and only when the message is whole; nothing is kept of a request.  A moderator who does not
// want to decide need not answer.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"

#include <string>

namespace headstock {

/// An event: an occupant asks for voice, section 8.6.
struct VoiceRequested {
    Jid room{};
    Jid who{};          ///< The real JID; empty when it is not told, or is none.
    std::string nick{}; ///< In the room.
    DataForm form{};    ///< All that came, for answer().
};

/// The requests for voice in one room.  Several may be registered, each for a room of its own.
class HEADSTOCK_API VoiceRequests {
public:
    /// `room`: its resource does not matter.  Throws std::invalid_argument for an address that is
    /// none.
    explicit VoiceRequests(Address room) : room_(Jid{room.text()}.bare()) {}

    /// Ask for voice.  Nobody need answer.  Before `ready` nothing is sent (Errc::session_over).
    Delivery ask();
    /// Give voice to whom this is about, or refuse it.
    Delivery answer(const VoiceRequested& request, bool allow);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    Delivery send(const DataForm& form);
    void asked(const Element& form, const Tag& message);

    Link<ClientApi> client_; ///< While a session lasts.
    Jid room_;

    friend HEADSTOCK_HANDLERS(VoiceRequests,
                              on<&self::asked>("message@type=normal/{jabber:x:data}x").whole())
};

} // namespace headstock
