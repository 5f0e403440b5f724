// Displayed synchronisation (XEP-0490): how far the account's clients have shown each chat.
//
//     headstock::Displayed displayed;
//     client.register_handler(displayed);        // fetches what was shown meanwhile, at `ready`
//     disco.add_feature("urn:xmpp:mds:displayed:0+notify");  // and is told what is (XEP-0115)
//
//     void shown(const headstock::DisplayedChanged& event) {      // on_event<&self::shown>()
//         chat_of(event.chat).mark_up_to(event.upto.id);
//     }
//     displayed.mark(juliet, *message.get<headstock::StanzaId>()); // this far, for all of them
//
// A mark is a message's id by our account or by the room (XEP-0359).  Marks only move forward: the
// program, which has the chat, ignores an id that it does not find, or that is older than what it
// has shown (section 5.1).  It is private: only our own account says so (contract 5 of
// handlers.hpp), and it is published for nobody else, which the server must be able to do: mark()
// asks it once in a session, and fails otherwise (Errc::service_not_offered).  A server that does
// not know how many items a node should keep (ejabberd 23.01) keeps as many as it does by itself,
// which may be one: the last chat.
//
// LIMITED: 20,000 chats are kept; what comes for more is told by events and not kept.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace headstock {

/// The payload of an item, section 4.1.
struct DisplayedMark {
    StanzaId upto{}; ///< The last message that was shown.
};
HEADSTOCK_PAYLOAD(DisplayedMark, "displayed", ns::displayed, child<&self::upto>())

/// An event: a client of our account, this one too, has shown a chat up to this message.
struct DisplayedChanged {
    Jid chat{}; ///< A contact's or a room's bare JID; of private messages, the occupant's full one.
    StanzaId upto{};
};
/// An event: what was shown before this session is known; the events about it came before this one.
struct DisplayedLoaded {
    std::size_t chats = 0; ///< How many there were.
};

/// Keeps how far the chats of one account are shown.
class HEADSTOCK_API Displayed {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    using OnDone = std::function<void(const Answer<Ok>&)>; ///< Called once.

    /// How far each chat is shown, as it was said last.
    const std::map<Jid, StanzaId>& chats() const { return chats_; }
    /// How far this one is; nullptr when nothing is known.
    const StanzaId* find(const Jid& chat) const;
    /// What was shown before is known in this session.
    bool loaded() const { return loaded_; }

    /// The chat is shown up to this message, for all clients (section 4.2).  `callback` is called
    /// once, unless the Delivery is false or the client is destroyed first; it may be empty.
    /// Refused with Errc::invalid_jid: a `chat` that is none; with Errc::invalid_option: an id by
    /// neither our account nor the chat, and an empty one.
    Delivery mark(const Jid& chat, const StanzaId& upto, OnDone callback = {});

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup() { client_ = {}; }

private:
    enum class Offered : std::uint8_t { unasked, yes, no };
    void got(const Answer<PubSubItems<DisplayedMark>>& answer);
    void on_mark(const Element& displayed);
    void on_retract(const Tag& retract);
    bool take(std::string_view item, const DisplayedMark& mark);
    bool believes(const Jid& chat, const StanzaId& upto) const;
    void offers(bool options);
    Delivery ask_first(const Jid& chat, const StanzaId& upto, OnDone callback);
    Delivery publish(const Jid& chat, const StanzaId& upto, OnDone callback);
    Delivery
    publish(const Jid& chat, const StanzaId& upto, const NodeConfig& config, OnDone callback);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;        ///< What callbacks ask whether this is there, for their client.
    PubSub mine_;            ///< Not registered: its events are a PubSub's of the program.
    std::map<Jid, StanzaId> chats_;
    Offered offered_ = Offered::unasked; ///< Publish options.
    bool loaded_ = false;

    friend HEADSTOCK_HANDLERS(Displayed,
                              on<&self::on_mark>(item_event<DisplayedMark>()).from_account(),
                              on<&self::on_retract>(retract_event).from_account())
};

} // namespace headstock
