#include "headstock/extensions/roster.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view versioning = "urn:xmpp:features:rosterver";
constexpr std::array<std::string_view, 4> words{"none", "to", "from", "both"};

Subscription read_subscription(std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? Subscription::none
                                : static_cast<Subscription>(found - words.begin());
}

Element write_item(const Jid& jid, std::string_view name, const std::vector<std::string>& groups) {
    Element item{"item", ns::roster};
    item.set("jid", jid.bare().str());
    if (!name.empty()) item.set("name", name);
    for (const auto& group : groups) item.add("group", group);
    return item;
}

Error no_address() { return {Errc::invalid_jid, "not sent: a contact has a JID"}; }
Error no_session() { return {Errc::not_ready, "not sent: the roster is not in a session"}; }

} // namespace

std::string_view to_string(Subscription subscription) {
    return words[static_cast<std::size_t>(subscription)];
}

std::optional<Contact> Contact::of(const Element& item, Error* error) {
    auto jid = Jid::parse(item.attribute("jid"), error);
    if (!jid) return std::nullopt;
    Contact contact{jid->bare()};
    contact.name = item.attribute("name");
    contact.subscription = read_subscription(item.attribute("subscription"));
    contact.asked = item.attribute("ask") == "subscribe";
    contact.approved = item.attribute_as<bool>("approved").value_or(false);
    for (const auto& group : item.children("group")) contact.groups.emplace_back(group.text());
    return contact;
}

Roster::Roster(std::vector<Contact> contacts, std::string version) : version_(std::move(version)) {
    for (auto& contact : contacts) {
        contact.jid = contact.jid.bare();
        auto jid = contact.jid;
        contacts_.insert_or_assign(std::move(jid), std::move(contact));
    }
}

const Contact* Roster::find(const Jid& jid) const {
    const auto found = contacts_.find(jid.bare());
    return found == contacts_.end() ? nullptr : &found->second;
}

// --- fetching ------------------------------------------------------------------------------------------

// The items come by rows, one at a time: a roster of any length needs no more than what is kept of it.
void Roster::ready(ClientApi& client) {
    if (client.jid().is_bare())
        throw std::logic_error("headstock: a Roster is of an account, and the component " +
                               client.jid().str() + " has none");
    client_ = client.link();
    forget_others(client.jid().bare());
    auto get = iq_get();
    auto& query = get.append("query", ns::roster);
    if (client.server_offers(versioning)) query.set("ver", version_);
    arriving_.clear();
    const auto done = [self = Link{*this, lifetime_}](const Response& response) {
        if (auto* roster = self.get()) roster->answered(response);
    };
    if (const auto sent = client.request_end(get, done); !sent)
        throw std::runtime_error("headstock: the roster was not asked for: " + sent.error.text);
}

// A version of another account's contacts may be one of this account's too.
void Roster::forget_others(const Jid& account) {
    if (account_ && account_ != account) {
        contacts_.clear();
        version_.clear();
    }
    account_ = account;
}

void Roster::cleanup() {
    client_ = {};
    loaded_ = false;
    arriving_.clear();
}

void Roster::item(const Element& item) {
    if (auto contact = Contact::of(item)) {
        auto jid = contact->jid;
        arriving_.insert_or_assign(std::move(jid), std::move(*contact));
    }
}

// An answer without a query says that nothing has changed since our version.
void Roster::query(const Tag& query) {
    contacts_ = std::exchange(arriving_, {});
    note_version(query);
}

void Roster::answered(const Response& response) {
    if (!response) return; // loaded() stays false; the next session asks again
    loaded_ = true;
    if (auto* client = client_.get()) client->emit_now(RosterLoaded{contacts_.size()});
}

void Roster::note_version(const Tag& query) {
    if (query.has_attribute("ver")) version_ = query.attribute("ver");
}

// --- changes -------------------------------------------------------------------------------------------

Ok Roster::push(const Element& item) {
    if (auto contact = Contact::of(item)) {
        note_version(item.parent());
        take(item.attribute("subscription") == "remove", std::move(*contact));
    }
    return ok; // whatever it says, our server is told that it came (RFC 6121 2.1.6)
}

void Roster::take(bool removed, Contact contact) {
    using Kind = RosterChanged::Kind;
    const auto known = contacts_.find(contact.jid);
    const bool fresh = known == contacts_.end();
    RosterChanged event{fresh ? Kind::added : Kind::changed, std::move(contact)};
    if (removed) {
        if (fresh) return;
        event = {Kind::removed, std::move(known->second)};
        contacts_.erase(known);
    } else {
        contacts_.insert_or_assign(event.contact.jid, event.contact);
    }
    if (auto* client = client_.get()) client->emit_now(event);
}

Delivery Roster::add(const Jid& jid,
                     std::string_view name,
                     const std::vector<std::string>& groups,
                     Done done) {
    if (!jid) return {no_address(), {}};
    return set(write_item(jid, name, groups), std::move(done));
}

Delivery Roster::rename(const Jid& jid, std::string_view name, Done done) {
    return change(
        jid, [&](Contact& contact) { contact.name = name; }, std::move(done));
}

Delivery Roster::regroup(const Jid& jid, const std::vector<std::string>& groups, Done done) {
    return change(
        jid, [&](Contact& contact) { contact.groups = groups; }, std::move(done));
}

Delivery Roster::remove(const Jid& jid, Done done) {
    if (!jid) return {no_address(), {}};
    return set(write_item(jid, {}, {}).set("subscription", "remove"), std::move(done));
}

// A set replaces the whole item, so what is not to change is said again (RFC 6121 2.4).
Delivery Roster::change(const Jid& jid, const std::function<void(Contact&)>& edit, Done done) {
    const auto* known = find(jid);
    if (known == nullptr)
        return {{Errc::invalid_stanza, "not sent: " + jid.bare().str() + " is not in the roster"},
                {}};
    auto contact = *known;
    edit(contact);
    return set(write_item(contact.jid, contact.name, contact.groups), std::move(done));
}

Delivery Roster::set(Element item, Done done) {
    auto* client = client_.get();
    if (client == nullptr) return {no_session(), {}};
    auto iq = iq_set().add(Element{"query", ns::roster}.add(std::move(item)));
    return done ? client->request(iq, std::move(done)) : client->send_stanza(iq);
}

} // namespace headstock
