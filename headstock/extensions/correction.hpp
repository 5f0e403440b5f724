// Last message correction (XEP-0308): a message that replaces one that was sent before.
//
//     headstock::Corrections corrections{talk};          // talk: Conversations, registered before
//     client.register_handler(corrections);
//     const auto sent = talk.send({.to = juliet, .body = "yonder airlock"});
//     corrections.correct(sent.id, {.to = juliet, .body = "yonder window"});
//     // in a handler's table: on_event<&self::corrected>(), for
//     void corrected(const headstock::Corrected& event) { show(event.original, event.message); }
//     // and of a message with a Replace that the program shows itself (message.get<Replace>()),
//     // it shows nothing: it is here, or is no correction that counts
//
// A correction counts only by the author of what it corrects (Conversations::same()), and only when
// that is among what Conversations keep.  Whether an older one than the last may be corrected is
// the program's choice: Corrected::last.  Tell of it by Disco::add_feature(ns::correction).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <deque>
#include <string>
#include <string_view>

namespace headstock {

/// What a message has that takes the place of another one (section 3).
struct Replace {
    std::string id{}; ///< Of the message that is corrected, however often it has been before.
};
HEADSTOCK_PAYLOAD(Replace, "replace", ns::correction, attribute<&self::id>("id"))

/// An event: the author of a message has corrected it.
struct Corrected {
    Author author{};
    Jid conversation{};
    std::string original{}; ///< The id of the first form of the message.
    Message message{};      ///< What stands in its place: all of it.
    bool last = false;      ///< The author has said nothing since, but corrections.
    bool ours = false;      ///< By our own account, or by ourselves in a room.
};

/// Sends corrections and follows them, those by our account's other clients too.
class HEADSTOCK_API Corrections {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; without it nothing is sent and nothing told.
    explicit Corrections(Conversations& talk) : talk_(talk.link()) {}

    /// Send `message` in the place of that with the id `original`, or of what that corrects.  It
    /// should be as the first was, but for the correction (section 4).  Errc::invalid_option
    /// without an id; Errc::session_over before `ready` and without Conversations.  The last 100
    /// corrections of ours are known.
    Delivery correct(std::string_view original, Message message);

    // What the client calls.
    void ready(ClientApi& client) {
        if (serving_.begin(client) == Serves::another_account) ours_.clear();
        client_ = client.link();
    }
    void cleanup() { client_ = {}; }

private:
    struct Ours {
        std::string id{};
        std::string original{};
    };
    std::string first_of(std::string_view id) const;
    void heard(const MessageHeard& event);

    Link<Conversations> talk_;
    Link<ClientApi> client_;
    Serving serving_;
    std::deque<Ours> ours_; ///< Our corrections, the last of them.

    friend HEADSTOCK_HANDLERS(Corrections, on_event<&self::heard>())
};

} // namespace headstock
