// Message carbons (XEP-0280): what our account's other clients send and are sent, as copies.
//
//     headstock::Carbons carbons;
//     client.register_handler(carbons);      // asked for at the beginning of every session
//     // in a handler's table: on_event<&self::came>() and on_event<&self::went>(), for
//     void came(const headstock::CarbonReceived& copy); // somebody wrote to another client of ours
//     void went(const headstock::CarbonSent& copy);     // another client of ours wrote
//
//     headstock::keep_out_of_carbons(message);          // a message of ours of which there is none
//
// Only our own account's count: what anybody else sends as a carbon reaches no row (rule 5 of
// headstock/handlers.hpp).  A copy in which there is another carbon, and one of a message that is
// neither from us nor to us, is dropped.  A message that was copied is never answered by the
// objects of this folder (section 10.4), and on_message() is not called for it.  Nothing is kept.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/forwarded.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <utility>

namespace headstock {

/// Not to be copied to other clients (section 9).
struct PrivateMessage {};
HEADSTOCK_PAYLOAD(PrivateMessage, "private", ns::carbons)

/// Ask that there be no copies of a message that is to be sent: `message` with PrivateMessage and,
/// when it goes to a full JID, NoCopy (section 9).
HEADSTOCK_API Message& keep_out_of_carbons(Message& message);

/// An event: another client of our account was sent this.
struct CarbonReceived {
    Message message{};
};
/// An event: another client of our account has sent this; `from` is its full JID.
struct CarbonSent {
    Message message{};
};
/// An event: copies come from now on, or they do not.
struct CarbonsChanged {
    bool enabled = false;
    std::string why{}; ///< The server's no, or why there is no answer; empty when we wanted it.
};

/// Asks for carbons in every session, and gives them as events.  It does not ask before whether the
/// server has them (section 3): one that has not says no, which is CarbonsChanged.
class HEADSTOCK_API Carbons {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;

    /// Of bodies in several languages the one in `language` is read; empty: in Options::language.
    explicit Carbons(std::string language = {}) : language_(std::move(language)) {}

    /// Copies come: the server has said so, in this session.
    bool enabled() const { return enabled_; }
    /// Ask for them (section 4), in the next sessions too; what came of it is CarbonsChanged.
    Delivery enable();
    /// Want none any more (section 5), in the next sessions neither.
    Delivery disable();

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended() { enabled_ = false; }
    void cleanup() { client_ = {}; }

private:
    Delivery ask(bool wanted);
    void answered(bool wanted, const Answer<Ok>& answer);
    void received(const Forwarded& forwarded);
    void sent(const Forwarded& forwarded);
    std::optional<Message> inner(const Forwarded& forwarded) const;

    std::string language_;
    bool wanted_ = true;
    bool enabled_ = false;
    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Serving serving_;

    // For our own account only: see contract 5 in handlers.hpp.  Whole, so that a copy that was cut
    // off by a lost connection is not seen twice.
    friend HEADSTOCK_HANDLERS(
        Carbons,
        on<&self::received>("message/{urn:xmpp:carbons:2}received/{urn:xmpp:forward:0}forwarded")
            .whole(),
        on<&self::sent>("message/{urn:xmpp:carbons:2}sent/{urn:xmpp:forward:0}forwarded").whole())
};

} // namespace headstock
