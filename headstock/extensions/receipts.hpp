// Message delivery receipts (XEP-0184): whether what we sent has come to a client of theirs.
//
//     headstock::Receipts receipts{talk, headstock::Audience::contacts(roster)};
//     client.register_handler(receipts);          // behind `talk`, Conversations: answers requests
//     const auto sent = receipts.send({.to = juliet, .body = "Good night"});
//     // in a handler's table: on_event<&self::received>(), for
//     void received(const headstock::Received& event) { mark_as_delivered(event.id); }
//
// ANSWERED are requests for a receipt of those in the Audience, and of nobody else: an answer shows
// that we are there (section 8).  Never those in a room or in an error (5.3), copies (carbons),
// what comes from an archive (5.5), what is a receipt itself (5.4) or has no id.  What our server
// has stored while we were away is answered: it is first received then.
//
// FOLLOWED are the last 1,000 messages that were sent by send(), across sessions: Received is told
// once of each, when the receipt comes from the bare JID that it was sent to, or from the very
// occupant of a room.  That none comes means nothing (section 4).  Tell of it by
// Disco::add_feature(ns::receipts).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/audience.hpp"
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
#include <utility>

namespace headstock {

/// Asks for a receipt (section 7).
struct ReceiptRequest {};
HEADSTOCK_PAYLOAD(ReceiptRequest, "request", ns::receipts)

/// Says that a message has come (section 7).
struct Receipt {
    std::string id{}; ///< Of that message.
};
HEADSTOCK_PAYLOAD(Receipt, "received", ns::receipts, attribute<&self::id>("id"))

/// An event: a client of theirs has received what we sent.
struct Received {
    std::string id{};
    Jid who{}; ///< The full JID that says so.
};

/// Answers requests for receipts, and follows those that we asked for.
class HEADSTOCK_API Receipts {
public:
    static constexpr bool needs_account = true; ///< As Conversations.

    /// `talk` is registered before it; `answered`: whose requests are answered.
    explicit Receipts(Conversations& talk, Audience answered = Audience::nobody())
        : talk_(talk.link()), answered_(std::move(answered)) {}

    /// Send a message and ask for a receipt.  Errc::invalid_option for one to a room (section 5.3);
    /// Errc::session_over before `ready` and without Conversations.
    Delivery send(Message message);

    // What the client calls.
    void ready(ClientApi& client) {
        if (serving_.begin(client) == Serves::another_account) asked_.clear();
        client_ = client.link();
    }
    void cleanup() { client_ = {}; }

private:
    struct Asked {
        std::string id{};
        Jid conversation{};
    };
    void heard(const MessageHeard& event);
    void came(const MessageHeard& event, const std::string& id);
    void answer(const MessageHeard& event);

    Link<Conversations> talk_;
    Audience answered_;
    Link<ClientApi> client_;
    Serving serving_;
    std::deque<Asked> asked_; ///< And not yet received.

    friend HEADSTOCK_HANDLERS(Receipts, on_event<&self::heard>())
};

} // namespace headstock
