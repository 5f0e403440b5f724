#include "headstock/extensions/muc_admin.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr std::string_view rooms_in_page = "100";
constexpr std::size_t most_pages = 10'000;

std::optional<std::string> room_reason(std::string_view reason) {
    if (reason.empty()) return std::nullopt;
    return std::string{reason};
}

// The room itself is asked, never one of its occupants.
Error address_room(Element& iq, Address room) {
    Error why;
    const auto where = room.jid(&why);
    return where ? detail::set_to(iq, where->bare()) : why;
}

// An answer to a form has names and values only.  A field that says that it is a password goes on
// saying so: the log would show it.
DataForm filled_room_form(const DataForm& form) {
    DataForm answer{FormType::submit};
    for (const auto& field : form.fields) {
        if (!field.var || field.type == FormFieldType::fixed) continue;
        auto& given = answer.fields.emplace_back();
        given.var = field.var;
        given.values = field.values;
        if (field.type == FormFieldType::text_private || field.type == FormFieldType::hidden)
            given.type = field.type;
    }
    return answer;
}

Element room_owner_query(const DataForm& form) {
    MucOwnerQuery query;
    query.form = form;
    return to_element(query);
}

// One who asks a room of whose list nothing came has to do with something else than a room.
Error no_room_list() {
    return {Errc::invalid_payload, "the answer is no list, or this MucAdmin was unregistered "
                                   "before it came"};
}

} // namespace

Delivery MucAdmin::set(Address room, const Element& payload, OnAnswer<Ok> done) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    auto iq = iq_set().add(payload);
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    return client->request(iq, [done = std::move(done)](const Answer<Ok>& answer) {
        if (done) done(answer);
    });
}

// --- lists ---------------------------------------------------------------------------------------

Delivery
MucAdmin::list(Address room, Affiliation affiliation, OnItem each, OnAnswer<MucListed> end) {
    MucAdminItem of;
    of.affiliation = affiliation;
    return list_of(room, of, std::move(each), std::move(end));
}

Delivery MucAdmin::list(Address room, Role role, OnItem each, OnAnswer<MucListed> end) {
    MucAdminItem of;
    of.role = role;
    return list_of(room, of, std::move(each), std::move(end));
}

Delivery
MucAdmin::list_of(Address room, const MucAdminItem& of, OnItem each, OnAnswer<MucListed> end) {
    if (client_.get() == nullptr) return no_session("MucAdmin");
    auto iq = iq_get().add(MucAdminQuery{{of}, {}});
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    const auto listing = std::make_shared<Listing>();
    listing->end = std::move(end);
    listing->take = [each = std::move(each)](const Element& element) {
        const auto item = element.as<MucAdminItem>();
        if (item && each) each(*item);
        return item.has_value();
    };
    return send_list(iq, listing);
}

Delivery MucAdmin::rooms(Address service, OnRoom each, OnAnswer<MucListed> end) {
    if (client_.get() == nullptr) return no_session("MucAdmin");
    Error why;
    const auto where = service.jid(&why);
    if (!where) return not_sent(std::move(why));
    const auto listing = std::make_shared<Listing>();
    listing->service = where->bare();
    listing->end = std::move(end);
    listing->take = [each = std::move(each)](const Element& element) {
        const auto room = element.as<DiscoItem>();
        if (!room || !room->jid) return false;
        if (each) each(*room);
        return true;
    };
    return ask_page(listing);
}

Delivery MucAdmin::ask_page(const Shared& listing) {
    DiscoItemsQuery query;
    if (listing->paged) {
        auto& set = query.rest.emplace_back("set", ns::result_set);
        set.add("max", rooms_in_page);
        if (!listing->after.empty()) set.add("after", listing->after);
    }
    return send_list(iq_get(listing->service).add(query), listing);
}

Delivery MucAdmin::send_list(const Element& iq, const Shared& listing) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    std::erase_if(listings_, [](const auto& each) { return each.second.expired(); });
    const auto came = [self = Link{*this, lifetime_}, listing](const Response& response) {
        if (auto* admin = self.get()) return admin->finish(listing, response);
        if (listing->end) listing->end(end_of(*listing, response));
    };
    auto sent = client->request_end(iq, came);
    if (sent) listings_.insert_or_assign(sent.id, listing);
    return sent;
}

// Never without an end: each page has rooms in it, and does not end where it began.
bool MucAdmin::wants_more(const Listing& listing, const Response& response) {
    if (!listing.service || !listing.paged) return false;
    if (const auto* no = response.refusal()) // of pages, as far as one can see
        return listing.pages == 0 && (no->condition == Condition::bad_request ||
                                      no->condition == Condition::feature_not_implemented);
    return response && listing.whole && listing.in_page > 0 && !listing.last.empty() &&
           listing.last != listing.after && listing.count != std::to_string(listing.seen) &&
           listing.pages < most_pages;
}

void MucAdmin::finish(const Shared& listing, const Response& response) {
    if (!wants_more(*listing, response)) {
        if (listing->end) listing->end(end_of(*listing, response));
        return;
    }
    listing->paged = static_cast<bool>(response);
    ++listing->pages;
    listing->after = std::exchange(listing->last, {});
    listing->in_page = 0;
    listing->whole = false;
    const auto sent = ask_page(listing);
    if (!sent && listing->end) listing->end(sent.error);
}

Answer<MucListed> MucAdmin::end_of(const Listing& listing, const Response& response) {
    if (response.failure() != nullptr) return *response.failure();
    if (response.refusal() != nullptr) return *response.refusal();
    if (!listing.whole) return no_room_list();
    return MucListed{listing.seen - listing.skipped, listing.skipped};
}

// Only answers to what was asked come so far, so the id is that of a list of ours, or of a question
// of somebody else in this client.
MucAdmin::Shared MucAdmin::find(const Tag& iq) const {
    const auto found = listings_.find(iq.attribute("id"));
    return found == listings_.end() ? nullptr : found->second.lock();
}

void MucAdmin::item(const Element& item, const Tag& iq) const {
    const auto listing = find(iq);
    if (!listing) return;
    if (listing->again > 0) {
        --listing->again;
        return;
    }
    ++listing->seen;
    ++listing->in_page;
    if (!listing->take(item)) ++listing->skipped; // this object may be gone by now
}

void MucAdmin::end(const Tag&, const Tag& iq) const {
    if (const auto listing = find(iq)) listing->whole = true;
}

void MucAdmin::page(const Element& set, const Tag& iq) const {
    const auto listing = find(iq);
    if (!listing) return;
    listing->last = set.child("last").text();
    listing->count = set.child("count").text();
}

// A stanza in which the connection broke comes again, whole (handlers.hpp, rule 4).
void MucAdmin::resumed() {
    for (const auto& [id, link] : listings_) {
        if (const auto listing = link.lock()) listing->again = listing->in_page;
    }
}

// --- changes -------------------------------------------------------------------------------------

void MucAdmin::Batch::note(const Answer<Ok>& answer) {
    if (!answer && !problem) problem = answer;
    if (--left == 0 && done) done(problem.value_or(ok));
}

// Prosody 0.12 and 13.0 carry out the first of several items.  When one cannot be sent, those
// behind it are not tried.
Delivery
MucAdmin::set_each(Address room, const std::vector<MucAdminItem>& items, OnAnswer<Ok> done) {
    const auto batch = std::make_shared<Batch>();
    batch->done = std::move(done);
    auto first = not_sent({Errc::invalid_stanza, "there is nothing to change"});
    for (const auto& item : items) {
        const auto sent = set(room, to_element(MucAdminQuery{{item}, {}}),
                              [batch](const Answer<Ok>& answer) { batch->note(answer); });
        if (batch->left == 0) first = sent;
        if (sent) {
            ++batch->left;
        } else {
            batch->problem = sent.error;
            break;
        }
    }
    return first;
}

Delivery MucAdmin::set_affiliations(Address room,
                                    const std::vector<AffiliationChange>& changes,
                                    OnAnswer<Ok> done) {
    std::vector<MucAdminItem> items;
    for (const auto& change : changes) {
        auto& item = items.emplace_back();
        item.affiliation = change.affiliation;
        item.jid = change.who.bare();
        item.nick = change.nick;
        item.reason = change.reason;
    }
    return set_each(room, items, std::move(done));
}

Delivery MucAdmin::ban(Address room, Address who, std::string_view reason, OnAnswer<Ok> done) {
    Error why;
    const auto account = who.jid(&why);
    if (!account) return not_sent(std::move(why));
    return set_affiliations(room, {{*account, Affiliation::outcast, room_reason(reason), {}}},
                            std::move(done));
}

Delivery
MucAdmin::set_roles(Address room, const std::vector<RoleChange>& changes, OnAnswer<Ok> done) {
    std::vector<MucAdminItem> items;
    for (const auto& change : changes) {
        auto& item = items.emplace_back();
        item.nick = change.nick;
        item.role = change.role;
        item.reason = change.reason;
    }
    return set_each(room, items, std::move(done));
}

Delivery
MucAdmin::kick(Address room, std::string_view nick, std::string_view reason, OnAnswer<Ok> done) {
    return set_roles(room, {{std::string{nick}, Role::none, room_reason(reason)}}, std::move(done));
}

// --- the room itself -----------------------------------------------------------------------------

Delivery MucAdmin::configuration(Address room, OnAnswer<DataForm> answer) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    auto iq = iq_get().add(MucOwnerQuery{});
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    const auto came = [answer = std::move(answer)](const Answer<MucOwnerQuery>& query) {
        if (!answer) return;
        if (query) return answer(query->form.value_or(DataForm{}));
        if (query.refusal() != nullptr) return answer(*query.refusal());
        answer(*query.failure());
    };
    return client->request(iq, came);
}

Delivery MucAdmin::configure(Address room, const DataForm& form, OnAnswer<Ok> done) {
    return set(room, room_owner_query(filled_room_form(form)), std::move(done));
}

Delivery MucAdmin::make_instant(Address room, OnAnswer<Ok> done) {
    return set(room, room_owner_query(DataForm{FormType::submit}), std::move(done));
}

Delivery MucAdmin::cancel_configuration(Address room, OnAnswer<Ok> done) {
    return set(room, room_owner_query(DataForm{FormType::cancel}), std::move(done));
}

Delivery MucAdmin::destroy(Address room, const MucOwnerDestroy& how, OnAnswer<Ok> done) {
    MucOwnerQuery query;
    query.destroy = how;
    return set(room, to_element(query), std::move(done));
}

// --- registration --------------------------------------------------------------------------------

Delivery MucAdmin::registration(Address room, OnAnswer<RoomRegistration> answer) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    auto iq = iq_get().add(RoomRegistration{});
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    return client->request(iq, [answer = std::move(answer)](const Answer<RoomRegistration>& came) {
        if (answer) answer(came);
    });
}

Delivery MucAdmin::register_with(Address room, const DataForm& form, OnAnswer<Ok> done) {
    RoomRegistration query;
    query.form = filled_room_form(form);
    return set(room, to_element(query), std::move(done));
}

Delivery MucAdmin::reserved_nick(Address room, OnAnswer<std::string> answer) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    auto iq = iq_get().add(DiscoInfoQuery{"x-roomuser-item"});
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    return client->request(iq, [answer = std::move(answer)](const Answer<DiscoInfo>& info) {
        if (!answer) return;
        if (info.refusal() != nullptr) return answer(*info.refusal());
        if (info.failure() != nullptr) return answer(*info.failure());
        const auto& all = info->identities;
        answer(all.empty() ? std::string{} : all.front().name.value_or(""));
    });
}

} // namespace headstock
