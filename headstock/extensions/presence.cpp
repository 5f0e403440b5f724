#include "headstock/extensions/presence.hpp"

#include "headstock/extensions/room_self.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace headstock {
namespace {

constexpr std::array<std::string_view, 5> show_words{"", "chat", "away", "xa", "dnd"};
// From the most to the least available; the places of the words above.
constexpr std::array<int, 5> rank{1, 0, 2, 3, 4};

// How many resources are followed, and how many bytes their addresses and statuses may have.
constexpr std::size_t most_resources = 100'000;
constexpr std::size_t most_resource_text = 32u << 20;
constexpr std::size_t most_room_addresses = 1000;

// Unknown words count as none (RFC 6121 4.7.2.1 allows no others).
Show read_show(std::string_view word) {
    const auto found = std::find(show_words.begin(), show_words.end(), word);
    return found == show_words.end() ? Show::online : static_cast<Show>(found - show_words.begin());
}

Element write(const Availability& now) {
    auto presence = headstock::presence();
    if (now.show != Show::online) presence.add("show", to_string(now.show));
    if (!now.status.empty()) presence.add("status", now.status);
    if (now.priority != 0) presence.add("priority", std::to_string(now.priority));
    return presence;
}

bool more_available(const ContactOnline& a, const ContactOnline& b) {
    const auto key = [](const ContactOnline& each) {
        return std::tuple{-each.now.priority, rank[static_cast<std::size_t>(each.now.show)]};
    };
    return key(a) < key(b);
}

} // namespace

std::string_view to_string(Show show) { return show_words[static_cast<std::size_t>(show)]; }

Availability Availability::of(const Element& presence) {
    return {read_show(bridge::trim(presence.child("show").text())),
            std::string{presence.child("status").text()},
            presence.child("priority").text_as<std::int8_t>().value_or(std::int8_t{0})};
}

Presence::Presence(Availability initial, Requests requests)
    : shown_(std::move(initial)), requests_(requests) {}

// --- ours ----------------------------------------------------------------------------------------

Delivery Presence::available(const Availability& now, Address to) {
    const Link self{*this, lifetime_};
    auto sent = send(write(now), to);
    if (sent && to.empty() && self.get() != nullptr) shown_ = now;
    return sent;
}

Delivery Presence::unavailable(std::string_view status, Address to) {
    auto presence = headstock::presence().set("type", "unavailable");
    if (!status.empty()) presence.add("status", status);
    auto sent = send(std::move(presence), to);
    if (sent && to.empty()) shown_.reset();
    return sent;
}

Delivery Presence::subscribe(Address to, std::string_view status) {
    return send_to("subscribe", to, Whom::account, status);
}
Delivery Presence::unsubscribe(Address to) { return send_to("unsubscribe", to, Whom::account); }
Delivery Presence::subscribed(Address to) { return send_to("subscribed", to, Whom::account); }
Delivery Presence::unsubscribed(Address to) { return send_to("unsubscribed", to, Whom::account); }
Delivery Presence::probe(Address to) { return send_to("probe", to, Whom::exactly); }

Delivery Presence::send_to(std::string_view type, Address to, Whom whom, std::string_view status) {
    if (to.empty())
        return not_sent({Errc::invalid_jid, "presence of type " + std::string{type} +
                                                " is for one address, and none was given"});
    Error why;
    const auto jid = to.jid(&why);
    if (!jid) return not_sent(std::move(why));
    auto presence = headstock::presence().set("type", type);
    if (!status.empty()) presence.add("status", status);
    return send(std::move(presence), whom == Whom::account ? jid->bare() : *jid);
}

// To everybody, when `to` is empty.  A row of the event may destroy the client, and this too.
Delivery Presence::send(Element presence, Address to) {
    if (auto error = detail::set_to(presence, to)) return not_sent(std::move(error));
    const auto link = client_;
    auto* client = link.get();
    if (client == nullptr) return no_session("Presence");
    if (!presence.has_attribute("type")) client->emit_now(PresencePrepared{presence});
    client = link.get();
    return client == nullptr ? no_session("Presence") : client->send_stanza(presence);
}

// What cannot be sent now is made anew with the next session's.
void Presence::outdated(const PresenceOutdated&) {
    if (shown_ && client_.get() != nullptr) send(write(*shown_), {});
}

// --- theirs --------------------------------------------------------------------------------------

void Presence::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) {
        online_.clear();
        text_ = 0;
    }
    client_ = client.link();
    if (!shown_) return;
    if (const auto sent = send(write(*shown_), {}); !sent)
        throw std::runtime_error("headstock: the first presence was not sent: " + sent.error.text);
}

// A handler of an event may destroy this: all that is told is taken out before.
void Presence::session_ended() {
    auto* client = client_.get();
    const auto gone = std::exchange(online_, {});
    text_ = 0;
    rooms_.clear();
    std::map<Jid, std::size_t> left;
    for (const auto& [who, now] : gone) ++left[who.bare()];
    for (const auto& [who, now] : gone) {
        const bool last = --left[who.bare()] == 0;
        if (client == nullptr || !client->emit_now(ContactOffline{who, {}, last})) return;
    }
}

void Presence::cleanup() { client_ = {}; }

// A handler of an event may destroy the client, and this too when it has unregistered it: what
// stands behind emit_now() uses neither.
void Presence::received(const Element& presence) {
    const auto who = from(presence);
    const auto type = stanza_type(presence);
    auto* client = client_.get();
    if (!who || !type || client == nullptr) return; // no `from`: our own account's server
    std::string status{presence.child("status").text()};
    switch (*type) {
    case StanzaType::available:
        return came(*client, *who, presence);
    case StanzaType::unavailable:
        return went(*client, *who, status);
    case StanzaType::subscribe:
        return asked(*client, who->bare(), std::move(status));
    case StanzaType::subscribed:
        client->emit_now(SubscriptionAnswered{who->bare(), true});
        return;
    case StanzaType::unsubscribed:
        client->emit_now(SubscriptionAnswered{who->bare(), false});
        return;
    case StanzaType::unsubscribe:
        client->emit_now(SubscriptionEnded{who->bare()});
        return;
    default:
        return; // a probe: servers answer those
    }
}

// When nobody is there.  Any other error is about what we sent, and may come from the address of
// somebody who is there: the occupant of a room who owns the nick that we asked for (XEP-0045
// 7.2.8).
void Presence::refused(const Tag& presence, const StanzaError& error) {
    if (!says_absent(error.condition)) return;
    const auto who = from(presence);
    auto* client = client_.get();
    if (who && client != nullptr) went(*client, *who, {});
}

void Presence::came(ClientApi& client, const Jid& who, const Element& presence) {
    auto now = Availability::of(presence);
    if (who == client.jid()) return; // ourselves, as our server sends us back
    if (is_of_room(client, who, presence)) return;
    if (keep(who, now)) {
        client.emit_now(ContactChanged{who, std::move(now)});
    } else {
        client.emit_now(ContactOnline{who, std::move(now)});
    }
}

// Anybody may add the data of a room: so it hides only who was not there, and nobody who goes.
bool Presence::is_of_room(const ClientApi& client, const Jid& who, const Element& presence) {
    if (online_.contains(who) || who.bare() == client.jid().bare()) return false;
    const auto room = rooms_.find(who.bare());
    if (room != rooms_.end() && (room->second || who.is_bare())) return true;
    if (who.is_bare() || !presence.child("x", ns::muc_user)) return false;
    if (rooms_.size() < most_room_addresses) rooms_.emplace(who.bare(), false);
    return true;
}

void Presence::prepared(const PresencePrepared& event) {
    if (const auto occupant = detail::entry_of(event.presence)) rooms_[occupant.bare()] = true;
}

// True when it was there already.
bool Presence::keep(const Jid& who, const Availability& now) {
    const auto known = online_.find(who);
    const bool there = known != online_.end();
    if (there) {
        text_ -= known->second.status.size();
        known->second = {now.show, {}, now.priority};
    }
    const auto more = now.status.size() + (there ? 0 : who.str().size());
    if (text_ + more > most_resource_text || (!there && online_.size() >= most_resources))
        return there;
    text_ += more;
    if (there) {
        known->second.status = now.status;
    } else {
        online_.emplace(who, now);
    }
    return there;
}

// Without a resource it is about all of them.
void Presence::went(ClientApi& client, const Jid& who, const std::string& status) {
    std::vector<Jid> gone;
    for (const auto at : entries(who)) {
        text_ -= at->first.str().size() + at->second.status.size();
        gone.push_back(at->first);
        online_.erase(at);
    }
    const bool none = !is_there(who.bare());
    for (const auto& jid : gone) {
        if (!client.emit_now(ContactOffline{jid, status, none && jid == gone.back()})) return;
    }
}

void Presence::asked(ClientApi& client, const Jid& who, std::string status) {
    if (requests_ == Requests::refuse) unsubscribed(who);
    if (requests_ == Requests::accept || requests_ == Requests::mutual) subscribed(who);
    if (requests_ == Requests::mutual) subscribe(who);
    client.emit_now(SubscriptionAsked{who, std::move(status)});
}

// By text those with a resource stand side by side, so who else is there makes no difference.  What
// shows itself without one, as components do, stands apart.
std::vector<Presence::Online::const_iterator> Presence::entries(const Jid& jid) const {
    std::vector<Online::const_iterator> found;
    if (const auto at = online_.find(jid); at != online_.end()) found.push_back(at);
    if (!jid.is_bare()) return found;
    const auto prefix = jid.str() + '/';
    for (auto at = online_.lower_bound(prefix);
         at != online_.end() && at->first.str().starts_with(prefix); ++at)
        found.push_back(at);
    return found;
}

bool Presence::is_online(Address jid) const {
    const auto who = jid.jid();
    return who && is_there(*who);
}

bool Presence::is_there(const Jid& jid) const {
    if (online_.contains(jid)) return true;
    if (!jid.is_bare()) return false;
    const auto prefix = jid.str() + '/';
    const auto at = online_.lower_bound(prefix);
    return at != online_.end() && at->first.str().starts_with(prefix);
}

std::vector<ContactOnline> Presence::resources(Address jid) const {
    const auto who = jid.jid();
    std::vector<ContactOnline> found;
    if (!who) return found;
    for (const auto at : entries(*who)) found.push_back({at->first, at->second});
    std::stable_sort(found.begin(), found.end(), more_available);
    return found;
}

} // namespace headstock
