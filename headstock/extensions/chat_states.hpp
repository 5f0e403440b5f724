// Chat state notifications (XEP-0085): who is typing, and who has gone.
//
//     headstock::ChatStates states{talk};                 // talk: Conversations, registered before
//     client.register_handler(states);
//     states.send({.to = juliet, .body = "Good night"});  // says <active/> too
//     states.set(juliet, headstock::ChatState::composing);
//     // in a handler's table: on_event<&self::changed>(), for
//     void changed(const headstock::ChatStateChanged& event) {
//         if (event.state == headstock::ChatState::composing) show_typing(event.who);
//     }
//
// WHO UNDERSTANDS them shows it by using them (section 5.1): until a contact has, what send() sends
// says <active/> and set() says nothing; who then writes without one is told nothing more.  What
// discovery says may be told by understands(jid, yes).  In a room nobody needs to (5.5).
//
// A state is never said twice in a row (5.3); one that stands alone is not to be stored (XEP-0334).
// It is forgotten after the last 1,000 conversations, and what was said in a session with it.  A
// state in a message that comes late is old, and no event.  Users can turn it off by not calling
// this.  Tell of it by Disco::add_feature(ns::chat_states).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/recent.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace headstock {

/// Section 2.
enum class ChatState : std::uint8_t {
    active,    ///< Looks at the conversation.
    composing, ///< Is writing.
    paused,    ///< Was writing, and has stopped.
    inactive,  ///< Has not looked for a while.
    gone,      ///< Has closed it.
};
HEADSTOCK_API std::string_view to_string(ChatState state); ///< As on the wire.

/// The elements, each a payload, for rows and for Message::get.
struct ActiveState {};
HEADSTOCK_PAYLOAD(ActiveState, "active", ns::chat_states)
struct ComposingState {}; ///< Likewise.
HEADSTOCK_PAYLOAD(ComposingState, "composing", ns::chat_states)
struct PausedState {}; ///< Likewise.
HEADSTOCK_PAYLOAD(PausedState, "paused", ns::chat_states)
struct InactiveState {}; ///< Likewise.
HEADSTOCK_PAYLOAD(InactiveState, "inactive", ns::chat_states)
struct GoneState {}; ///< Likewise.
HEADSTOCK_PAYLOAD(GoneState, "gone", ns::chat_states)

/// The state that a message tells; nothing when it tells none, or more than one (5.6).
HEADSTOCK_API std::optional<ChatState> chat_state(const Message& message);
/// Put a state into a message that is to be sent.
HEADSTOCK_API Message& add_chat_state(Message& message, ChatState state);

/// An event: what somebody does has changed.
struct ChatStateChanged {
    Jid who{};          ///< The full JID; in a room the occupant.
    Jid conversation{}; ///< With whom: see MessageHeard.
    /// Also gone, when their presence says that they have left.
    ChatState state = ChatState::active;
};

/// Says what we do, and follows what others do.
class HEADSTOCK_API ChatStates {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; without it nothing is sent and nothing told.
    explicit ChatStates(Conversations& talk) : talk_(talk.link()) {}

    /// Send a message with <active/> in it, where `to` is not known not to understand it.
    Delivery send(Message message);
    /// Say a state by itself, with `thread` where the conversation has one (5.7).  To the bare JID
    /// of a room that was entered (Conversations::enter) it is said to all.  Errc::invalid_option,
    /// and nothing sent: said just now, to one of whom it is not known that they understand, or
    /// gone to a room; Errc::invalid_jid: no address; Errc::session_over as elsewhere.
    Delivery set(Address to, ChatState state, std::string_view thread = {});

    /// They have shown that they understand (true), or not (false); nothing: it is not known.
    std::optional<bool> understands(Address who) const;
    /// What is known otherwise, as by discovery.
    void understands(Address who, bool yes);
    /// What they told last in this session; for an occupant of a room by its full JID.
    std::optional<ChatState> state_of(Address who) const;

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    struct Peer {
        std::optional<bool> understands{};
        std::optional<ChatState> said{}; ///< By us.
        std::optional<ChatState> theirs{};
        Jid from{}; ///< Who told that.
    };
    Jid key_of(Address who) const;
    Error refusal(const Jid& to, ChatState state, bool room) const;
    void heard(const MessageHeard& event);
    void left(const Tag& presence);
    void change(const Jid& key, const Jid& who, const Jid& conversation, ChatState state);

    Link<Conversations> talk_;
    Link<ClientApi> client_;
    Serving serving_;
    detail::Recent<Jid, Peer> peers_{1000}; ///< By conversation; occupants by themselves.

    friend HEADSTOCK_HANDLERS(ChatStates,
                              on_event<&self::heard>(),
                              on<&self::left>("presence@type=unavailable"))
};

} // namespace headstock
