// Displayed markers (XEP-0333): how far somebody has read.
//
//     headstock::Markers markers{talk, headstock::Audience::contacts(roster)};
//     client.register_handler(markers);                    // behind `talk`, Conversations
//     markers.send({.to = juliet, .body = "Good night"});  // asks to be told
//     markers.displayed(message);                     // it is on the screen, and all before it
//     // in a handler's table: on_event<&self::displayed>(), for
//     void displayed(const headstock::MessageDisplayed& event) { mark_read_up_to(event.id); }
//
// TOLD are those in the Audience who have asked, and rooms, where no one needs to ask (section
// 4.3): in one that gives stanza ids by those alone.  A room is what Conversations have entered,
// since anybody may call a message one of a room.  Never of what is ours, nor of a marker.  What
// was displayed is for the program to say; a Message is all that is needed for it.
//
// FOLLOWED are markers for messages that Conversations keep; others, and those that go back, are
// none (section 5).  The last 2,000 readers are known.  A marker of ours by another client of our
// account is told too.  Tell of it by Disco::add_feature(ns::chat_markers).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/audience.hpp"
#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/recent.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace headstock {

/// Asks to be told when the message is displayed (section 4.1).
struct Markable {};
HEADSTOCK_PAYLOAD(Markable, "markable", ns::chat_markers)

/// Says that a message is displayed, and with it all before it (section 4.2).
struct DisplayedMarker {
    std::string id{}; ///< Of that message; in a room what the room calls it.
};
HEADSTOCK_PAYLOAD(DisplayedMarker, "displayed", ns::chat_markers, attribute<&self::id>("id"))

/// An event: somebody has read so far.
struct MessageDisplayed {
    Author who{};
    Jid conversation{};
    std::string id{};  ///< As the marker has it.
    bool ours = false; ///< By our own account, or by ourselves in a room.
};

/// Says what we have read, and follows what others have.
class HEADSTOCK_API Markers {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; `told`: who is told what we have read, outside rooms.
    explicit Markers(Conversations& talk, Audience told = Audience::nobody())
        : talk_(talk.link()), told_(std::move(told)) {}

    /// Send a message and ask to be told when it is displayed.
    Delivery send(Message message);
    /// Tell who wrote it, or all in its room, that `message` is displayed.  Errc::invalid_option,
    /// and nothing sent: they may not know or have not asked, it is ours or a marker, or has no id
    /// that counts; Errc::session_over as elsewhere.
    Delivery displayed(const Message& message);

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    using Reader = std::pair<Jid, std::string>; ///< A conversation, and who.
    void heard(const MessageHeard& event);
    bool may_tell(const Message& message) const;

    Link<Conversations> talk_;
    Audience told_;
    Link<ClientApi> client_;
    detail::Recent<Reader, std::uint64_t> read_{2000}; ///< The numbers of what they have read.

    friend HEADSTOCK_HANDLERS(Markers, on_event<&self::heard>())
};

} // namespace headstock
