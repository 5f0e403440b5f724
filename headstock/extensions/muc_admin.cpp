#include "headstock/extensions/muc_admin.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr PageOptions room_pages{.size = 100, .most_pages = 10'000};

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
                                   "or destroyed before it came"};
}

// Of pages, as far as one can see.
bool knows_no_pages(const Answer<DiscoItems>& page) {
    const auto* no = page.refusal();
    return no != nullptr && (no->condition == Condition::bad_request ||
                             no->condition == Condition::feature_not_implemented);
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
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    auto iq = iq_get().add(MucAdminQuery{{of}, {}});
    if (auto error = address_room(iq, room)) return not_sent(std::move(error));
    const auto listing = std::make_shared<Listing>();
    listing->each = std::move(each);
    listing->end = std::move(end);
    std::erase_if(listings_, [](const auto& other) { return other.second.expired(); });
    auto sent = client->request_end(iq, [listing](const Response& response) {
        if (listing->end) listing->end(end_of(*listing, response));
    });
    if (sent) listings_.insert_or_assign(sent.id, listing);
    return sent;
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
    const auto read = item.as<MucAdminItem>();
    if (!read) {
        ++listing->skipped;
    } else if (listing->each) {
        listing->each(*read); // this object may be gone behind it
    }
}

void MucAdmin::end(const Tag&, const Tag& iq) const {
    if (const auto listing = find(iq)) listing->whole = true;
}

// A stanza in which the connection broke comes again, whole (handlers.hpp, rule 4).
void MucAdmin::resumed() {
    for (const auto& [id, link] : listings_) {
        if (const auto listing = link.lock()) listing->again = listing->seen;
    }
}

// --- the rooms of a service ----------------------------------------------------------------------

Delivery MucAdmin::rooms(Address service, OnRoom each, OnAnswer<MucListed> end) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("MucAdmin");
    Error why;
    const auto where = service.jid(&why);
    if (!where) return not_sent(std::move(why));
    const auto listing = std::make_shared<RoomListing>(
        RoomListing{where->bare(), std::move(each), std::move(end), {}});
    const auto question = [service = listing->service](const Rsm& page) {
        return iq_get(service).add(DiscoItemsQuery{{}, {to_element(page)}});
    };
    const auto on_page = [listing, self = Link{*this, lifetime_}](const Answer<DiscoItems>& page,
                                                                  const PageOf& of) {
        if (of.number == 0 && knows_no_pages(page)) {
            ask_all(listing, self);
            return NextPage::stop;
        }
        return take_page(*listing, self, page, of);
    };
    return request_pages<DiscoItems>(*client, question, on_page, room_pages);
}

// False when this object is gone.
bool MucAdmin::RoomListing::give(const DiscoItems& page, const Link<MucAdmin>& admin) {
    for (const auto& item : page.items) {
        if (admin.get() == nullptr) return false;
        if (!item.jid) {
            ++came.skipped;
            continue;
        }
        ++came.items;
        if (each) each(item);
    }
    return admin.get() != nullptr;
}

// An empty page is the last, and so is one with which all are there: another need not be asked for.
NextPage MucAdmin::take_page(RoomListing& listing,
                             const Link<MucAdmin>& admin,
                             const Answer<DiscoItems>& page,
                             const PageOf& of) {
    auto outcome = Answer<MucListed>{no_room_list()};
    bool last = true;
    if (page.refusal() != nullptr) {
        outcome = *page.refusal();
    } else if (page.failure() != nullptr) {
        outcome = *page.failure();
    } else if (listing.give(*page, admin)) {
        outcome = listing.came;
        last = of.last || page->items.empty() ||
               of.set.count == listing.came.items + listing.came.skipped;
    }
    if (!last) return NextPage::ask;
    if (listing.end) listing.end(outcome);
    return NextPage::stop;
}

void MucAdmin::ask_all(const std::shared_ptr<RoomListing>& listing, const Link<MucAdmin>& admin) {
    auto* client = admin.get() == nullptr ? nullptr : admin.get()->client_.get();
    auto sent = no_session("MucAdmin");
    if (client != nullptr) {
        sent = client->request(iq_get(listing->service).add(DiscoItemsQuery{}),
                               [listing, admin](const Answer<DiscoItems>& all) {
                                   take_page(*listing, admin, all, {.last = true});
                               });
    }
    if (!sent && listing->end) listing->end(sent.error);
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
