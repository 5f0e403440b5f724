// Invitations to rooms: by way of the room (XEP-0045 7.8.2), and directly (XEP-0249).
//
//     headstock::Invitations invitations;
//     client.register_handler(invitations);
//     invitations.invite("hecate@example.org", room.jid(), {.reason = "the place for witches"});
//
//     // in a handler's table: on_event<&self::invited>(), on_event<&self::declined>()
//     void invited(const headstock::Invited& event) {
//         rooms.emplace_back(event.room, "hecate",
//                            headstock::RoomOptions{.password = event.password});
//         client.register_handler(rooms.back());
//         // or: event.invitations.decline(event, "too busy");
//     }
//
// WHICH ONE.  A direct invitation reaches who takes nothing from strangers but from you.  One by
// the room can make somebody a member of a room for members only, and you must be in it.
//
// BELIEVED.  Anybody may send either.  Of one by a room, who invites is what the room says; of a
// direct one it is who sent it.  A room of the address need not be there.  Carbons and what is
// forwarded are not looked at, nor a message that breaks off or holds something forged (rule 5 of
// headstock/handlers.hpp).  Nothing is kept.  A message with both is told once, as the room's;
// of more than 32 invitations in a message the rest is passed over.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/muc.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// XEP-0249 section 2.
struct DirectInvitation {
    Jid jid{}; ///< The room.
    std::optional<std::string> password{};
    std::optional<std::string> reason{};
    std::optional<bool> goes_on{};       ///< It goes on from a talk of two,
    std::optional<std::string> thread{}; ///< of this thread.
};
HEADSTOCK_PAYLOAD(DirectInvitation,
                  "x",
                  ns::invitation,
                  attribute<&self::jid>("jid"),
                  attribute<&self::password>("password"),
                  attribute<&self::reason>("reason"),
                  attribute<&self::goes_on>("continue"),
                  attribute<&self::thread>("thread"))

class Invitations;

/// An event: somebody wants us in a room.
struct Invited {
    Invitations& invitations; ///< Borrowed.
    Jid room{};               ///< Bare.
    /// Who invites: a user, or an occupant by their address in the room.  Empty where a room does
    /// not say.
    Jid by{};
    std::string reason{}; ///< Theirs: not to be trusted.
    std::optional<std::string> password{};
    bool direct = false;  ///< By XEP-0249: decline() would not get there.
    bool goes_on = false; ///< From a talk of two,
    std::string thread{}; ///< of this thread; may be empty.
};
/// An event: somebody whom we invited by way of the room does not want to come.
struct InvitationDeclined {
    Jid room{};
    Jid by{}; ///< As the room says.
    std::string reason{};
};
/// An event: an invitation that we sent came back with an error.
struct InvitationFailed {
    Jid room{};
    Jid to{}; ///< Whom we invited; empty where the error does not say.
    StanzaError error{};
};

/// What is said with an invitation.
struct InvitationWords {
    std::string reason{};
    std::optional<std::string> password{}; ///< Of a direct one; else the room says it itself.
    bool goes_on = false;
    std::string thread{};
};

/// Sends and takes invitations.
class HEADSTOCK_API Invitations {
public:
    /// Of no use to a component.
    static constexpr bool needs_account = true;

    // Each gives false, and why, when nothing was sent: before `ready`, after the client's end, or
    // for an address that is none.

    /// Ask `room`, in which we are, to invite `to` (XEP-0045 7.8.2).
    Delivery invite(Address to, Address room, const InvitationWords& words = {});
    /// Invite `to` ourselves (XEP-0249).
    Delivery invite_directly(Address to, Address room, const InvitationWords& words = {});
    /// Say no to who invited us, by way of the room.  Refused with Errc::invalid_option for a
    /// direct invitation, for which there is no such thing.
    Delivery decline(const Invited& invitation, std::string_view reason = {});

    // What the client calls.
    void ready(ClientApi& client) { client_ = client.link(); }
    void cleanup() { client_ = {}; }

private:
    void on_room(const MucUser& user, const Tag& message);
    void on_direct(const DirectInvitation& direct, const Element& message);
    void on_error(const MucUser& user, const Tag& message, const StanzaError& error);
    void
    on_direct_error(const DirectInvitation& direct, const Tag& message, const StanzaError& error);
    Delivery send(const Jid& to, Element payload);
    template <class E>
    bool tell(const E& event);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    Lifetime lifetime_;

    friend HEADSTOCK_HANDLERS(Invitations,
                              on<&self::on_room>("message").whole(),
                              on<&self::on_direct>("message"),
                              on<&self::on_error>("message@type=error"),
                              on<&self::on_direct_error>("message@type=error"))
};

} // namespace headstock
