#include "headstock/extensions/presence.hpp"

#include "headstock/ns.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace headstock {
namespace {

constexpr std::array<std::string_view, 5> words{"", "chat", "away", "xa", "dnd"};
// From the most to the least available; the places of the words above.
constexpr std::array<int, 5> rank{1, 0, 2, 3, 4};

// Unknown words count as none (RFC 6121 4.7.2.1 allows no others).
Show read_show(std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? Show::online : static_cast<Show>(found - words.begin());
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

std::string_view to_string(Show show) { return words[static_cast<std::size_t>(show)]; }

Availability Availability::of(const Element& presence) {
    return {read_show(presence.child("show").text()), std::string{presence.child("status").text()},
            presence.child("priority").text_as<std::int8_t>().value_or(std::int8_t{0})};
}

Presence::Presence(Availability initial, Requests requests)
    : initial_(std::move(initial)), requests_(requests) {}

// --- ours ------------------------------------------------------------------------------------------------

Delivery Presence::available(const Availability& now, const Jid& to) {
    auto presence = write(now);
    if (to) presence.set("to", to.str());
    return send(std::move(presence));
}

Delivery Presence::unavailable(std::string_view status, const Jid& to) {
    return send("unavailable", to, status);
}

Delivery Presence::subscribe(const Jid& to, std::string_view status) {
    return send("subscribe", to.bare(), status);
}
Delivery Presence::unsubscribe(const Jid& to) { return send("unsubscribe", to.bare()); }
Delivery Presence::subscribed(const Jid& to) { return send("subscribed", to.bare()); }
Delivery Presence::unsubscribed(const Jid& to) { return send("unsubscribed", to.bare()); }
Delivery Presence::probe(const Jid& to) { return send("probe", to); }

Delivery Presence::send(std::string_view type, const Jid& to, std::string_view status) {
    auto presence = headstock::presence().set("type", type);
    if (to) presence.set("to", to.str());
    if (!status.empty()) presence.add("status", status);
    return send(std::move(presence));
}

Delivery Presence::send(Element presence) {
    if (client_ == nullptr)
        return {{Errc::not_ready, "not sent: the presence is not in a session"}, {}};
    return client_->send_stanza(presence);
}

// --- theirs ----------------------------------------------------------------------------------------------

void Presence::ready(ClientApi& client) {
    client_ = &client;
    available(initial_);
}

void Presence::cleanup() {
    client_ = nullptr;
    online_.clear();
}

void Presence::received(const Element& presence) {
    const auto who = Jid::parse(presence.attribute("from"));
    const auto type = stanza_type(presence);
    if (!who || !type || client_ == nullptr) return; // no `from`: our own account's server
    std::string status{presence.child("status").text()};
    switch (*type) {
    case StanzaType::available:
        return came(*who, presence);
    case StanzaType::unavailable:
        return went(*who, std::move(status));
    case StanzaType::subscribe:
        return asked(who->bare(), std::move(status));
    case StanzaType::subscribed:
        client_->emit_now(SubscriptionAnswered{who->bare(), true});
        return;
    case StanzaType::unsubscribed:
        client_->emit_now(SubscriptionAnswered{who->bare(), false});
        return;
    case StanzaType::unsubscribe:
        client_->emit_now(SubscriptionEnded{who->bare()});
        return;
    default:
        return; // a probe: servers answer those
    }
}

// Our presence could not be delivered there, so we cannot know of theirs (RFC 6121 4.3.2).
void Presence::refused(const Tag& presence) {
    const auto who = Jid::parse(presence.attribute("from"));
    if (who && client_ != nullptr) went(*who, {});
}

void Presence::came(const Jid& who, const Element& presence) {
    auto now = Availability::of(presence);
    if (who == client_->jid()) return; // ourselves, as our server sends us back
    const auto known = online_.find(who);
    if (known != online_.end()) {
        known->second = now;
        client_->emit_now(ContactChanged{who, std::move(now)});
    } else {
        if (online_.size() < most) online_.emplace(who, now);
        client_->emit_now(ContactOnline{who, std::move(now)});
    }
}

// Without a resource it is about all of them.
void Presence::went(const Jid& who, std::string status) {
    std::vector<Jid> gone;
    for (const auto& each : resources(who)) gone.push_back(each.who);
    for (const auto& jid : gone) {
        online_.erase(jid);
        if (!client_->emit_now(ContactOffline{jid, status, !is_online(jid.bare())})) return;
    }
}

void Presence::asked(const Jid& who, std::string status) {
    if (requests_ == Requests::refuse) unsubscribed(who);
    if (requests_ == Requests::accept || requests_ == Requests::mutual) subscribed(who);
    if (requests_ == Requests::mutual) subscribe(who);
    client_->emit_now(SubscriptionAsked{who, std::move(status)});
}

bool Presence::is_online(const Jid& jid) const { return !resources(jid).empty(); }

std::vector<ContactOnline> Presence::resources(const Jid& jid) const {
    std::vector<ContactOnline> found;
    // By text "a@b/r" stands behind "a@b.c/r" and what else goes on below a slash: those are passed.
    const auto prefix = jid.str() + (jid.is_bare() ? "/" : "");
    for (auto at = online_.lower_bound(jid); at != online_.end(); ++at) {
        const auto& text = at->first.str();
        if (text == jid.str() || (jid.is_bare() && text.starts_with(prefix)))
            found.push_back({at->first, at->second});
        else if (text > prefix)
            break;
    }
    std::stable_sort(found.begin(), found.end(), more_available);
    return found;
}

} // namespace headstock
