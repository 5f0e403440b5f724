#include "headstock/extensions/roster.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view versioning = "urn:xmpp:features:rosterver";
constexpr std::array<std::string_view, 4> subscription_words{"none", "to", "from", "both"};

// How many contacts are held, and how many bytes of text.
constexpr std::size_t most_contacts = 100'000;
constexpr std::size_t most_contact_text = 32u << 20;
constexpr std::size_t longest_version = 4096; // bytes; without one the next answer is whole
constexpr std::size_t most_pushed = 10'000;   // before the answer, of which many may be removed

std::size_t text_of(const Contact& contact) {
    auto size = contact.jid.str().size() + contact.name.size();
    for (const auto& group : contact.groups) size += group.size() + sizeof(std::string);
    return size;
}

Error no_room() {
    return {Errc::policy_violation, "the roster holds as much as it may: see headstock::Roster"};
}

Subscription read_subscription(std::string_view word) {
    const auto found = std::find(subscription_words.begin(), subscription_words.end(), word);
    return found == subscription_words.end()
               ? Subscription::none
               : static_cast<Subscription>(found - subscription_words.begin());
}

// In their order, without the empty and the second of a name.
class GroupFilter {
public:
    bool takes(std::string_view group) { return !group.empty() && seen_.insert(group).second; }

private:
    std::set<std::string_view> seen_; ///< Views into the groups that are filtered.
};

Element write_item(const Jid& jid, std::string_view name, const std::vector<std::string>& groups) {
    Element item{"item", ns::roster};
    item.set("jid", jid.bare().str());
    if (!name.empty()) item.set("name", name);
    GroupFilter filter;
    for (const auto& group : groups) {
        if (filter.takes(group)) item.add("group", group);
    }
    return item;
}

} // namespace

std::string_view to_string(Subscription subscription) {
    return subscription_words[static_cast<std::size_t>(subscription)];
}

std::optional<Contact> Contact::of(const Element& item, Error* error) {
    auto jid = Jid::parse(item.attribute("jid"), error);
    if (!jid) return std::nullopt;
    Contact contact{jid->bare()};
    contact.name = item.attribute("name");
    contact.subscription = read_subscription(item.attribute("subscription"));
    contact.asked = item.attribute("ask") == "subscribe";
    contact.approved = item.attribute_as<bool>("approved").value_or(false);
    GroupFilter filter;
    for (const auto& group : item.children("group")) {
        if (filter.takes(group.text())) contact.groups.emplace_back(group.text());
    }
    return contact;
}

Roster::Roster(std::vector<Contact> contacts, std::string version) : version_(std::move(version)) {
    for (auto& contact : contacts) {
        contact.jid = contact.jid.bare();
        contacts_.put(contact);
    }
}

bool Roster::Contacts::put(const Contact& contact) {
    const auto known = all.find(contact.jid);
    const bool there = known != all.end();
    const auto left = text - (there ? text_of(known->second) : 0);
    const auto size = text_of(contact);
    if ((!there && all.size() >= most_contacts) || size > most_contact_text - left) return false;
    all.insert_or_assign(contact.jid, contact);
    text = left + size;
    return true;
}

void Roster::Contacts::remove(const Jid& jid) {
    const auto known = all.find(jid);
    if (known == all.end()) return;
    text -= text_of(known->second);
    all.erase(known);
}

const Contact* Roster::find(Address jid) const {
    const auto who = jid.jid();
    const auto found = who ? contacts_.all.find(who->bare()) : contacts_.all.end();
    return found == contacts_.all.end() ? nullptr : &found->second;
}

// --- fetching ------------------------------------------------------------------------------------

// The items come by rows, one at a time: a roster of any length needs no more than what is kept of
// it.
void Roster::ready(ClientApi& client) {
    // A version of another account's contacts may be one of this account's too.
    if (serving_.begin(client) == Serves::another_account) {
        contacts_ = {};
        version_.clear();
    }
    client_ = client.link();
    auto get = iq_get();
    auto& query = get.append("query", ns::roster);
    if (client.server_offers(versioning)) query.set("ver", version_);
    begin_answer();
    waiting_ = true;
    const auto done = [self = Link{*this, serving_.lifetime()}](const Response& response) {
        if (auto* roster = self.get()) roster->answered(response);
    };
    if (const auto sent = client.request_end(get, done); !sent)
        throw std::runtime_error("headstock: the roster was not asked for: " + sent.error.text);
}

void Roster::begin_answer() {
    arriving_ = {};
    pushed_.clear();
    skipped_ = 0;
}

void Roster::session_ended() {
    loaded_ = waiting_ = false;
    begin_answer();
}

void Roster::item(const Element& item) {
    Error why;
    const auto contact = Contact::of(item, &why);
    if (contact && arriving_.put(*contact)) return;
    ++skipped_;
    skip(item, contact ? no_room() : std::move(why));
}

// What was pushed before may be newer than the answer, and says nothing else than one that is newer
// still (its own changes are pushed too).  The version is the answer's all the same: it may be an
// older one of what is held, never a later.  An answer without a query says that nothing has
// changed since our version.
void Roster::query(const Tag& query) {
    contacts_ = std::exchange(arriving_, {});
    for (const auto& [jid, change] : pushed_) apply(change);
    note_version(query);
}

void Roster::answered(const Response& response) {
    waiting_ = false;
    pushed_.clear();
    if (!response) return; // loaded() stays false; the next session asks again
    loaded_ = true;
    if (auto* client = client_.get())
        client->emit_now(RosterLoaded{contacts_.all.size(), std::exchange(skipped_, 0)});
}

void Roster::skip(const Element& item, Error why) {
    const RosterItemSkipped skipped{std::string{item.attribute("jid")}, std::move(why)};
    if (auto* client = client_.get()) client->emit_now(skipped);
}

void Roster::note_version(const Tag& query) {
    if (!query.has_attribute("ver")) return;
    const auto version = query.attribute("ver");
    version_ = version.size() <= longest_version ? version : std::string_view{};
}

// --- changes -------------------------------------------------------------------------------------

Ok Roster::push(const Element& item) {
    Error why;
    if (auto contact = Contact::of(item, &why)) {
        note_version(item.parent());
        if (!take({item.attribute("subscription") == "remove", std::move(*contact)}))
            skip(item, no_room());
    } else {
        skip(item, std::move(why));
    }
    return ok; // whatever it says, our server is told that it came (RFC 6121 2.1.6)
}

// False when there is no room for it.  One that is not known is remembered as removed all the same,
// while an older answer may bring it.
bool Roster::take(const Change& change) {
    using Kind = RosterChanged::Kind;
    const auto& jid = change.contact.jid;
    const auto* known = find(jid);
    RosterChanged event{known == nullptr ? Kind::added : Kind::changed, change.contact};
    if (change.removed && known != nullptr) event = {Kind::removed, *known};
    if (waiting_ && !pushed_.contains(jid) && pushed_.size() == most_pushed) return false;
    if (!apply(change)) return false;
    if (waiting_)
        pushed_.insert_or_assign(jid, change.removed ? Change{true, Contact{jid}} : change);
    if (change.removed && event.kind != Kind::removed) return true;
    if (auto* client = client_.get()) client->emit_now(event);
    return true;
}

bool Roster::apply(const Change& change) {
    if (!change.removed) return contacts_.put(change.contact);
    contacts_.remove(change.contact.jid);
    return true;
}

Delivery
Roster::add(Address jid, std::string_view name, const std::vector<std::string>& groups, Done done) {
    Error why;
    const auto who = jid.jid(&why);
    if (!who) return not_sent(std::move(why));
    return set(write_item(*who, name, groups), std::move(done));
}

Delivery Roster::rename(Address jid, std::string_view name, Done done) {
    return change(
        jid, [&](Contact& contact) { contact.name = name; }, std::move(done));
}

Delivery Roster::regroup(Address jid, const std::vector<std::string>& groups, Done done) {
    return change(
        jid, [&](Contact& contact) { contact.groups = groups; }, std::move(done));
}

Delivery Roster::remove(Address jid, Done done) {
    Error why;
    const auto who = jid.jid(&why);
    if (!who) return not_sent(std::move(why));
    return set(write_item(*who, {}, {}).set("subscription", "remove"), std::move(done));
}

// A set replaces the whole item, so what is not to change is said again (RFC 6121 2.4).
Delivery Roster::change(Address jid, const std::function<void(Contact&)>& edit, Done done) {
    Error why;
    const auto who = jid.jid(&why);
    if (!who) return not_sent(std::move(why));
    const auto* known = find(*who);
    if (known == nullptr)
        return not_sent({Errc::invalid_stanza, who->bare().str() + " is not in the roster"});
    auto contact = *known;
    edit(contact);
    return set(write_item(contact.jid, contact.name, contact.groups), std::move(done));
}

Delivery Roster::set(Element item, Done done) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Roster");
    auto iq = iq_set().add(Element{"query", ns::roster}.add(std::move(item)));
    return done ? client->request(iq, std::move(done)) : client->send_stanza(iq);
}

} // namespace headstock
