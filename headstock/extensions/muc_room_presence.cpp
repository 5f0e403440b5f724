// MucRoom: what comes as presence.
#include "headstock/extensions/muc_room.hpp"

#include <utility>

namespace headstock {
namespace {

// Of several codes the one that says most; 333 makes a kick of 307 a mishap (section 11.1).
RoomEnd room_end_of(const MucUser& user) {
    if (user.destroy) return RoomEnd::destroyed;
    if (user.has(muc_technical_problem)) return RoomEnd::problem;
    if (user.has(muc_shutting_down)) return RoomEnd::shutting_down;
    if (user.has(muc_banned)) return RoomEnd::banned;
    if (user.has(muc_kicked)) return RoomEnd::kicked;
    if (user.has(muc_affiliation_lost)) return RoomEnd::affiliation_lost;
    if (user.has(muc_members_only_now)) return RoomEnd::members_only;
    return RoomEnd::asked;
}

// Section 7.2.17, and what a server says that does not find the service.  A room that is full says
// `wait`; whoever else says service-unavailable does so for one who is not there.
RoomRefusal room_refusal_of(const StanzaError& error) {
    switch (error.condition) {
    case Condition::conflict:
        return RoomRefusal::nick_conflict;
    case Condition::not_acceptable:
    case Condition::jid_malformed:
        return RoomRefusal::nick_not_allowed;
    case Condition::not_authorized:
        return RoomRefusal::password;
    case Condition::forbidden:
        return RoomRefusal::banned;
    case Condition::registration_required:
        return RoomRefusal::members_only;
    case Condition::resource_constraint:
        return RoomRefusal::full;
    case Condition::service_unavailable:
        return error.type == ErrorType::wait ? RoomRefusal::full : RoomRefusal::no_service;
    case Condition::item_not_found:
    case Condition::gone:
        return RoomRefusal::no_such_room;
    case Condition::not_allowed:
        return RoomRefusal::may_not_create;
    case Condition::remote_server_not_found:
    case Condition::remote_server_timeout:
    case Condition::recipient_unavailable:
        return RoomRefusal::no_service;
    default:
        return RoomRefusal::other;
    }
}

// Put out while we were coming in.
RoomRefusal room_refusal_of(RoomEnd why) {
    if (why == RoomEnd::banned) return RoomRefusal::banned;
    if (why == RoomEnd::members_only) return RoomRefusal::members_only;
    return why == RoomEnd::destroyed ? RoomRefusal::no_such_room : RoomRefusal::no_service;
}

} // namespace

void MucRoom::on_presence(const Element& presence) {
    const auto who = from(presence);
    if (!who || who->is_bare()) return; // the room's own says nothing of an occupant
    silence_ = 0;
    const std::string nick{who->resource()};
    const auto type = stanza_type(presence);
    if (type == StanzaType::available) return on_available(presence, nick);
    if (type == StanzaType::unavailable) return on_unavailable(presence, nick);
}

Occupant
MucRoom::read_occupant(const Element& presence, const std::string& nick, const MucItem& item) {
    Occupant who;
    who.nick = nick;
    who.role = item.role.value_or(Role::none);
    who.affiliation = item.affiliation.value_or(Affiliation::none);
    who.jid = item.jid;
    const auto id = presence.child("occupant-id", ns::occupant_id).attribute("id");
    if (id.size() <= 128) who.id = id; // XEP-0421 section 4
    auto shown = Availability::of(presence);
    who.show = shown.show;
    who.status = std::move(shown.status);
    return who;
}

void MucRoom::on_available(const Element& presence, const std::string& nick) {
    const auto user = MucUser::of(presence);
    if (!user || state_ == State::leaving) return;
    const bool said = user->has(muc_self); // of anybody, where the room passes that on
    const bool entry = state_ == State::joining && presence.attribute("id") == join_id_;
    const bool self = said && (nick == nick_ || entry);
    if (state_ == State::outside) {
        // We had given up.  Wanted still, we enter anew, to hear who is there; else we leave again.
        if (self && wanted_) begin();
        if (self && !wanted_) send_presence(headstock::presence().set("type", "unavailable"), nick);
        return;
    }
    const auto who = read_occupant(presence, nick, user->item());
    const auto before = occupants_.set(who);
    if (self && state_ != State::joined) return entered(*user, nick);
    if (state_ != State::joined) { // who was there before us, or we under a nick that we are given
        if (said) assigned_ = {nick, *user};
        return;
    }
    if (self && nick == rename_to_) rename_id_.clear(); // it was ours already
    const auto now = occupants_.find(nick).value_or(who);
    if (!before) {
        tell(OccupantJoined{*this, now});
    } else if (*before != now) {
        tell(OccupantChanged{*this, now, *before});
    }
}

// Under another nick, as one that the room has assigned.  Who is there may have said of theirs that
// it is ours, but our presence is the last of all (section 7.2.2): so what counts is of whom it was
// said last before the first message.
void MucRoom::enter_as_assigned() {
    const auto as = *std::exchange(assigned_, std::nullopt);
    entered(as.second, as.first);
}

// A ban of ourselves need not have code 110 (the examples of section 9.1).
void MucRoom::on_unavailable(const Element& presence, const std::string& nick) {
    const auto user = MucUser::of(presence).value_or(MucUser{});
    const auto item = user.item();
    if (user.has(muc_renamed) && item.nick) return on_renamed(nick, *item.nick);
    auto why = room_end_of(user);
    // On the way out of a nick that was assigned anybody's word will do: we have gone.
    const bool us = nick == nick_ || (state_ == State::leaving && user.has(muc_self));
    if (us && (user.has(muc_self) || state_ != State::joining)) {
        // What we did not ask for is not our leaving, whatever the room calls it.
        if (why == RoomEnd::asked && state_ != State::leaving) why = RoomEnd::problem;
        if (state_ == State::joined || state_ == State::leaving) return be_out(why, user);
        if (state_ == State::joining) refuse(room_refusal_of(why), {});
        return;
    }
    auto gone = occupants_.remove(nick);
    if (assigned_ && assigned_->first == nick) assigned_.reset();
    if (state_ != State::joined) return;
    OccupantLeft event{*this, gone.value_or(Occupant{nick}), why};
    if (item.actor) event.actor = item.actor->nick.value_or(item.actor->jid.str());
    event.reason = item.reason.value_or("");
    tell(event);
}

// Section 7.6.  The presence under the new nick comes behind it, and changes nothing then.
void MucRoom::on_renamed(const std::string& before, const std::string& after) {
    const bool ours = state_ == State::joined && before == nick_;
    if (!room_.with_resource(after)) return; // no nick: what comes behind it will say who is there
    auto who = occupants_.remove(before).value_or(Occupant{before});
    who.nick = after;
    occupants_.set(who);
    if (state_ != State::joined) return;
    if (ours) {
        nick_ = after;
        if (!rename_id_.empty()) { // what we come back as, whichever was when we came in
            nicks_.front() = after;
            tried_ = 0;
        }
        rename_id_.clear();
    }
    tell(OccupantRenamed{*this, who, before, ours});
}

// A room sends errors back under the id of what they are about; where one has none, it is about
// what is under way.
void MucRoom::on_presence_error(const Element& presence) {
    const auto error = StanzaError::of(presence);
    const std::string id{presence.attribute("id")};
    if (state_ == State::joining && (id.empty() || id == join_id_)) return on_join_error(error);
    if (state_ == State::leaving) return be_out(RoomEnd::asked); // there is nobody to be left
    if (state_ != State::joined) return;
    if (!rename_id_.empty() && (id.empty() || id == rename_id_)) {
        rename_id_.clear();
        tell(RoomNickRefused{*this, rename_to_, room_refusal_of(error), error});
    } else if (const auto who = from(presence); says_absent(error.condition) && who &&
                                                (who->is_bare() || who->resource() == nick_)) {
        be_out(RoomEnd::not_joined);
    }
}

void MucRoom::on_join_error(const StanzaError& error) {
    const auto why = room_refusal_of(error);
    const bool nick = why == RoomRefusal::nick_conflict || why == RoomRefusal::nick_not_allowed;
    if (nick && tried_ + 1 < nicks_.size()) {
        ++tried_;
        begin();
        return;
    }
    refuse(why, error);
}

// A row of the event may destroy the client, and this too, or leave the room: what is behind it is
// sent only where all is as it was.
Delivery MucRoom::send_presence(Element presence, const std::string& nick) {
    const auto link = client_;
    auto* client = link.get();
    if (client == nullptr) return no_session("MucRoom");
    Error why;
    const auto to = room_.with_resource(nick, &why);
    if (!to) return not_sent(std::move(why));
    presence.set("to", to->str());
    if (presence.has_attribute("type")) return client->send_stanza(presence);
    const auto before = state_;
    if (!tell(PresencePrepared{presence}) || state_ != before) return no_session("MucRoom");
    return client->send_stanza(presence);
}

Delivery MucRoom::change_nick(std::string_view nick) {
    Error why;
    const auto to = room_.with_resource(nick, &why);
    if (nick.empty() || !to)
        return not_sent(nick.empty() ? Error{Errc::invalid_jid, "an empty nick"} : why);
    if (state_ != State::joined) {
        nicks_.front() = std::string{to->resource()};
        if (state_ == State::outside) {
            nick_ = nicks_.front();
            tried_ = 0;
        }
        return {};
    }
    rename_to_ = std::string{to->resource()};
    rename_id_ = new_id();
    const Link self{*this, lifetime_};
    auto sent =
        send_presence(dressed(presence().set("id", rename_id_), options_.shown), rename_to_);
    if (!sent && self.get() != nullptr) rename_id_.clear();
    return sent;
}

Delivery MucRoom::show(const Availability& now) {
    static_cast<void>(dressed(headstock::presence(), now)); // what it throws, it throws before
    options_.shown = now;
    return show_anew();
}

// Outside it stands in the presence by which we enter.  While the connection is lost nobody knows
// whether we are still in, and a room that does not know us would take it for an entry.
Delivery MucRoom::show_anew() {
    stale_ = state_ == State::joining || (state_ == State::joined && away_);
    if (state_ != State::joined || away_) return {};
    return send_presence(dressed(presence(), options_.shown), nick_);
}

} // namespace headstock
