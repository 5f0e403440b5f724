// The rooms of Conversations: who is in them, and what ids they give.
#include "headstock/extensions/conversations.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_occupants = 100'000;
constexpr std::size_t most_occupant_text = 16u << 20;

} // namespace

std::string Conversations::occupant_id_of(const std::vector<Element>& children) {
    const auto found = std::find_if(children.begin(), children.end(), [](const Element& child) {
        return child.name() == bridge::Name{"occupant-id", ns::occupant_id};
    });
    return found == children.end() ? std::string{} : short_id(found->attribute("id"));
}

Error Conversations::enter(Address room) {
    Error why;
    const auto jid = room.jid(&why);
    if (!jid) return room.empty() ? detail::no_address() : why;
    const auto [at, added] = rooms_.try_emplace(jid->bare());
    if (!jid->is_bare()) at->second.self.ask(*jid);
    if (added) ask_features(jid->bare());
    return {};
}

void Conversations::leave(Address room) {
    const auto jid = room.jid();
    const auto found = jid ? rooms_.find(jid->bare()) : rooms_.end();
    if (found == rooms_.end()) return;
    clear(found->second);
    rooms_.erase(found);
}

const Conversations::Room* Conversations::room_of(const Jid& jid) const {
    const auto found = rooms_.find(jid.bare());
    return found == rooms_.end() ? nullptr : &found->second;
}

bool Conversations::is_room(const Jid& jid) const { return room_of(jid) != nullptr; }

bool Conversations::gives_stanza_ids(const Jid& room) const {
    const auto* known = room_of(room);
    return known != nullptr && known->gives_stanza_ids;
}

void Conversations::forget_occupants(Room& room) {
    occupants_ -= room.occupants.size();
    for (const auto& [who, stay] : room.occupants) occupants_text_ -= who.str().size();
    room.occupants.clear();
}

void Conversations::clear(Room& room) {
    forget_occupants(room);
    room.self.forget();
    Room anew;
    anew.self = room.self; // under which nick we come back
    room = std::move(anew);
}

// Before any room is joined, so that what its history says is not of unknown people.
void Conversations::ready(ClientApi& client) {
    const auto serves = serving_.begin(client);
    client_ = client.link();
    if (serves == Serves::another_account) {
        logs_.clear();
        text_ = 0;
    }
    if (serves != Serves::as_before) session_ended();
    for (const auto& [jid, room] : rooms_) ask_features(jid);
}

// What was true of a session's rooms is not true of the next one's; what was said still is.
void Conversations::session_ended() {
    for (auto& [jid, room] : rooms_) clear(room);
}

void Conversations::occupant(const Element& x, const Element& presence) {
    const auto who = from(presence);
    const auto type = stanza_type(presence);
    const auto found = who ? rooms_.find(who->bare()) : rooms_.end();
    if (found == rooms_.end() || who->is_bare()) return;
    auto& room = found->second;
    if (type != StanzaType::available && type != StanzaType::unavailable) return;
    using News = detail::RoomSelf::News;
    const auto news = room.self.heard(x, presence, *who);
    if (type == StanzaType::unavailable) return went(room, *who, news == News::left);
    came(room, *who, presence, news == News::entered);
}

// The room may have put us out unseen, and somebody else may have a nick by now: it is about to
// tell who is there.
void Conversations::prepared(const PresencePrepared& event) {
    const auto to = detail::entry_of(event.presence);
    const auto found = to ? rooms_.find(to.bare()) : rooms_.end();
    if (found == rooms_.end()) return;
    forget_occupants(found->second);
    found->second.self.ask(to, event.presence.attribute("id"));
}

void Conversations::came(Room& room, const Jid& who, const Element& presence, bool entered) {
    const auto size = who.str().size();
    if (room.occupants.count(who) == 0 && occupants_ < most_occupants &&
        size <= most_occupant_text - occupants_text_) {
        room.occupants.emplace(who, ++counter_);
        ++occupants_;
        occupants_text_ += size;
    }
    if (who != room.self.jid()) return;
    const auto children = presence.children();
    room.own_id = occupant_id_of({children.begin(), children.end()});
    if (entered && !room.known && !room.asking) ask_features(who.bare());
}

void Conversations::went(Room& room, const Jid& who, bool self) {
    if (self) return clear(room);
    if (room.occupants.erase(who) == 0) return;
    --occupants_;
    occupants_text_ -= who.str().size();
}

void Conversations::ask_features(const Jid& room) {
    auto* client = client_.get();
    if (client == nullptr || !client->ready()) return; // ready() asks
    rooms_[room].asking = static_cast<bool>(client->request(
        room, DiscoInfoQuery{},
        [self = Link{*this, serving_.lifetime()}, room](const Answer<DiscoInfo>& info) {
            if (auto* talk = self.get()) talk->learn(room, info);
        }));
}

// A room that is only made when we join has said before that there is none.
void Conversations::learn(const Jid& jid, const Answer<DiscoInfo>& info) {
    const auto found = rooms_.find(jid);
    if (found == rooms_.end() || !std::exchange(found->second.asking, false)) return;
    auto& room = found->second;
    if (info) {
        room.known = true;
        room.gives_occupant_ids = info->has_feature(ns::occupant_id);
        room.gives_stanza_ids = info->has_feature(ns::stanza_ids);
    } else if (room.self.jid() && info.refusal() != nullptr &&
               !std::exchange(room.asked_again, true)) {
        ask_features(jid);
    }
}

} // namespace headstock
