#include "headstock/extensions/invitations.hpp"

#include <cstddef>
#include <utility>

namespace headstock {

namespace {
constexpr std::size_t most_invitations = 32;
} // namespace

// --- ours ----------------------------------------------------------------------------------------

Delivery Invitations::send(const Jid& to, Element payload) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Invitations");
    Element message{"message", ns::client};
    message.set("to", to.str()).add(std::move(payload));
    return client->send_stanza(message);
}

Delivery Invitations::invite(Address to, Address room, const InvitationWords& words) {
    Error why;
    const auto whom = to.jid(&why);
    const auto where = room.jid(&why);
    if (!whom || !where) return not_sent(std::move(why));
    MucInvite invite;
    invite.to = *whom;
    if (!words.reason.empty()) invite.reason = words.reason;
    if (words.goes_on) {
        invite.goes_on.emplace();
        if (!words.thread.empty()) invite.goes_on->thread = words.thread;
    }
    MucUser user;
    user.invites.push_back(std::move(invite));
    return send(where->bare(), to_element(user));
}

Delivery Invitations::invite_directly(Address to, Address room, const InvitationWords& words) {
    Error why;
    const auto whom = to.jid(&why);
    const auto where = room.jid(&why);
    if (!whom || !where) return not_sent(std::move(why));
    DirectInvitation direct{where->bare(), words.password};
    if (!words.reason.empty()) direct.reason = words.reason;
    if (words.goes_on) direct.goes_on = true;
    if (!words.thread.empty()) direct.thread = words.thread;
    return send(*whom, to_element(direct));
}

Delivery Invitations::decline(const Invited& invitation, std::string_view reason) {
    if (invitation.direct)
        return not_sent(
            {Errc::invalid_option, "a direct invitation cannot be declined (XEP-0249)"});
    MucUser user;
    user.decline.emplace();
    user.decline->to = invitation.by;
    if (!reason.empty()) user.decline->reason = std::string{reason};
    return send(invitation.room, to_element(user));
}

// --- theirs --------------------------------------------------------------------------------------

template <class E>
bool Invitations::tell(const E& event) {
    auto* client = client_.get();
    const Link<Invitations> self{*this, lifetime_};
    return client != nullptr && client->emit_now(event) && self.get() != nullptr;
}

// Who invites is what a room says, and it speaks by its bare address.  An occupant, or anybody
// else, may put the same into a message of theirs: then it is they who invite.
void Invitations::on_room(const MucUser& user, const Tag& message) {
    const auto room = from(message);
    if (!room || stanza_type(message) == StanzaType::groupchat) return;
    std::size_t told = 0;
    for (const auto& invite : user.invites) {
        if (++told > most_invitations) return;
        Invited event{*this, room->bare(), room->is_bare() ? invite.from : *room};
        event.reason = invite.reason.value_or("");
        event.password = user.password;
        event.goes_on = invite.goes_on.has_value();
        if (invite.goes_on) event.thread = invite.goes_on->thread.value_or("");
        if (!tell(event)) return;
    }
    if (!room->is_bare()) return;
    if (user.decline && user.invites.empty())
        tell(InvitationDeclined{room->bare(), user.decline->from,
                                user.decline->reason.value_or("")});
}

// Servers that know the form before XEP-0045 have both in one message.
void Invitations::on_direct(const DirectInvitation& direct, const Element& message) {
    const auto who = from(message);
    if (!who || stanza_type(message) == StanzaType::groupchat) return;
    if (const auto user = MucUser::of(message); user && !user->invites.empty()) return;
    Invited event{*this, direct.jid.bare(), *who, direct.reason.value_or(""), direct.password,
                  true};
    event.goes_on = direct.goes_on.value_or(false);
    event.thread = direct.thread.value_or("");
    tell(event);
}

// What comes back holds what we sent (RFC 6120 8.3.1).
void Invitations::on_error(const MucUser& user, const Tag& message, const StanzaError& error) {
    const auto room = from(message);
    if (!room || user.invites.empty()) return;
    tell(InvitationFailed{room->bare(), user.invites.front().to, error});
}

void Invitations::on_direct_error(const DirectInvitation& direct,
                                  const Tag& message,
                                  const StanzaError& error) {
    if (const auto who = from(message)) tell(InvitationFailed{direct.jid.bare(), *who, error});
}

} // namespace headstock
