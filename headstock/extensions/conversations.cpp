#include "headstock/extensions/conversations.hpp"

#include "headstock/extensions/correction.hpp"
#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/retraction.hpp"
#include "headstock/extensions/stanza_id.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_said = 50; // in one conversation
constexpr std::size_t most_said_text = 8u << 20;

bool message_has(const Message& message, const bridge::Name& name) {
    return std::any_of(message.others.begin(), message.others.end(),
                       [&](const Element& other) { return other.name() == name; });
}

bool claims_delay(const Message& message) {
    return message.delayed || message_has(message, payload_name<Delay>) ||
           message_has(message, {"x", ns::legacy_delay});
}

std::size_t said_text(const Said& said) {
    return said.id.size() + said.origin.size() + said.room_id.size() + said.original.size() +
           said.author.address.str().size() + said.author.occupant_id.size();
}

bool can_be_referred_to(const Said& said) {
    return !said.id.empty() || !said.origin.empty() || !said.room_id.empty();
}

} // namespace

std::string Conversations::short_id(std::string_view id) {
    constexpr std::size_t longest = 256;
    return id.size() <= longest ? std::string{id} : std::string{};
}

// --- who and where -------------------------------------------------------------------------------

Author Conversations::occupant_of(const Message& message, const Jid& address) const {
    Author author{address, true, occupant_id_of(message.others), 0};
    const auto* room = room_of(address);
    if (room == nullptr || claims_delay(message)) return author;
    const auto there = room->occupants.find(address);
    if (there != room->occupants.end()) author.stay = there->second;
    return author;
}

// That a message with the mark of private ones comes from a room is believed of anybody: it makes
// them somebody whom only their full address names.
bool Conversations::is_private(const Message& message, const Jid& other) const {
    return !other.is_bare() && (is_room(other) || message_has(message, {"x", ns::muc_user}));
}

Author Conversations::author(const Message& message) const {
    const auto* client = client_.get();
    const bool own = client != nullptr && message.from.bare() == client->jid().bare();
    if (!message.from && client != nullptr) return {client->jid().bare(), false, {}, 0};
    if (!own && (message.type == StanzaType::groupchat || is_private(message, message.from)))
        return occupant_of(message, message.from);
    return {message.from.bare(), false, {}, 0};
}

Jid Conversations::conversation(const Message& message) const {
    const auto* client = client_.get();
    const bool own =
        !message.from || (client != nullptr && message.from.bare() == client->jid().bare());
    const auto& other = own ? message.to : message.from;
    if (message.type != StanzaType::groupchat && is_private(message, other)) return other;
    return other.bare();
}

// No JID has an end of line in it.
std::string Conversations::key(const Author& author) const {
    if (!author.in_room) return author.address.str();
    const auto* room = room_of(author.address);
    if (room == nullptr) return {};
    if (author.address.is_bare()) return author.address.str(); // the room itself
    const auto where = author.address.bare().str() + '\n';
    if (room->gives_occupant_ids)
        return author.occupant_id.empty() ? std::string{} : where + "id " + author.occupant_id;
    return author.stay == 0 ? std::string{} : where + "stay " + std::to_string(author.stay);
}

bool Conversations::same(const Author& a, const Author& b) const {
    const auto one = key(a);
    return !one.empty() && a.in_room == b.in_room && one == key(b);
}

bool Conversations::is_ours(const Message& message) const {
    return is_own(message, author(message), claims_delay(message));
}

bool Conversations::is_own(const Message& message, const Author& author, bool late) const {
    if (!author.in_room) {
        const auto* client = client_.get();
        return client != nullptr && author.address == client->jid().bare();
    }
    const auto* room = room_of(author.address);
    if (room == nullptr || !room->self.jid() || message.type != StanzaType::groupchat) return false;
    if (room->gives_occupant_ids)
        return !room->own_id.empty() && author.occupant_id == room->own_id;
    return !late && author.address == room->self.jid();
}

// --- what was said -------------------------------------------------------------------------------

Delivery Conversations::send(Message message) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Conversations");
    if (message.id.empty()) message.id = new_id();
    auto delivery = client->send_stanza(message);
    // What is said in a room comes back from there, with the room's name for it.
    if (delivery && message.type != StanzaType::groupchat) {
        message.from = {};
        note(message, author(message), conversation(message));
    }
    return delivery;
}

void Conversations::follow(const Message& message) { take(message, MessageWay::archive); }

// What our own account's server says, as a carbon's outer message, is nobody's talk.
void Conversations::heard(const Message& message) {
    const auto* client = client_.get();
    if (client == nullptr || message.from == client->jid().bare()) return;
    const auto room = rooms_.find(message.from.bare());
    if (room != rooms_.end() && message.type == StanzaType::groupchat) room->second.self.settle();
    take(message, MessageWay::direct);
}

void Conversations::take(const Message& message, MessageWay way) {
    auto* client = client_.get();
    if (client == nullptr || message.type == StanzaType::error) return;
    const auto by = author(message);
    const auto where = conversation(message);
    if (!where) return;
    const bool late = way == MessageWay::archive || claims_delay(message);
    note(message, by, where);
    client->emit_now(MessageHeard{message, by, where, way, is_own(message, by, late), late});
}

void Conversations::note(const Message& message, const Author& author, const Jid& where) {
    if (message.body.empty() || message_has(message, payload_name<Retract>)) return;
    Said said{short_id(message.id), {}, {}, {}, author, 0, false};
    if (const auto origin = message.get<OriginId>()) said.origin = short_id(origin->id);
    if (message.type == StanzaType::groupchat) said.room_id = short_id(stanza_id(message, where));
    if (const auto replace = message.get<Replace>(); replace && replace->id != message.id) {
        if (const auto* corrected = find(where, replace->id, author))
            said.original = corrected->original.empty() ? replace->id : corrected->original;
    }
    if (can_be_referred_to(said)) keep(where, std::move(said));
}

// A room gives an id once: who claims it again, where a room lets that pass, has none.
void Conversations::keep(const Jid& where, Said said) {
    if (logs_.is_full_for(where)) forget_oldest();
    auto& log = logs_.touch(where);
    const auto taken = [&](const Said& other) { return other.room_id == said.room_id; };
    if (!said.room_id.empty() && std::any_of(log.said.begin(), log.said.end(), taken))
        said.room_id.clear();
    said.number = ++counter_;
    const auto size = said_text(said);
    log.said.push_back(std::move(said));
    log.text += size;
    text_ += size;
    if (log.said.size() > most_said) {
        const auto gone = said_text(log.said.front());
        log.text -= gone;
        text_ -= gone;
        log.said.pop_front();
    }
    while (text_ > most_said_text) forget_oldest();
}

void Conversations::forget_oldest() {
    text_ -= logs_.oldest().second.text;
    logs_.forget_oldest();
}

const Said*
Conversations::find(const Jid& conversation, std::string_view id, const Author& by) const {
    const auto* log = logs_.find(conversation);
    if (id.empty() || log == nullptr) return nullptr;
    const auto& said = log->said;
    const auto found = std::find_if(said.rbegin(), said.rend(), [&](const Said& each) {
        return (each.id == id || each.origin == id || each.room_id == id) && same(each.author, by);
    });
    return found == said.rend() ? nullptr : &*found;
}

bool Conversations::refers(const Jid& conversation, const Said& said, std::string_view id) const {
    if (gives_stanza_ids(conversation) && conversation.is_bare()) return said.room_id == id;
    return said.id == id || said.origin == id;
}

const Said* Conversations::find(const Jid& conversation, std::string_view id) const {
    const auto* log = logs_.find(conversation);
    if (id.empty() || log == nullptr) return nullptr;
    const auto& said = log->said;
    const auto found = std::find_if(said.rbegin(), said.rend(), [&](const Said& each) {
        return refers(conversation, each, id);
    });
    return found == said.rend() ? nullptr : &*found;
}

bool Conversations::is_last(const Jid& conversation, const Said& said) const {
    const auto* log = logs_.find(conversation);
    return log != nullptr &&
           std::none_of(log->said.begin(), log->said.end(), [&](const Said& each) {
               return each.number > said.number && each.original.empty() &&
                      same(each.author, said.author);
           });
}

void Conversations::take_back(const Jid& conversation, std::string_view id, const Author& by) {
    auto* log = logs_.find(conversation);
    if (log == nullptr) return;
    const auto* found = find(conversation, id, by);
    for (auto& each : log->said) {
        if (&each == found) each.taken_back = true;
    }
}

} // namespace headstock
