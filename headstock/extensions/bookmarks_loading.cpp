// Bookmarks as they are loaded at login, from nodes or from private XML storage.
#include "headstock/extensions/bookmarks.hpp"
#include "headstock/extensions/private_xml.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr std::string_view bookmarks_compatible = "urn:xmpp:bookmarks:1#compat";

bool no_bookmarks_there(const StanzaError* refusal) {
    return refusal != nullptr && refusal->condition == Condition::item_not_found;
}

// A server that has no private storage says so by one of these.
bool no_bookmark_storage(const StanzaError* refusal) {
    return refusal != nullptr && (refusal->condition == Condition::service_unavailable ||
                                  refusal->condition == Condition::feature_not_implemented ||
                                  refusal->condition == Condition::not_allowed);
}

} // namespace

Bookmarks::~Bookmarks() { end_edits(); }

// Another client than the last one knows nothing of what that was to do.
void Bookmarks::ready(ClientApi& client) {
    const auto serves = serving_.begin(client);
    if (serves == Serves::another_account) held_ = {};
    if (serves != Serves::as_before) {
        joined_.clear();
        const Link self{*this, lifetime_};
        end_edits();
        if (self.get() == nullptr) return;
    }
    client_ = client.link();
    mine_.ready(client);
    begin_answer();
    ++login_;
    failed_ = false;
    waiting_ = true;
    const auto sent = client.request(Address{}, DiscoInfoQuery{}, at_login(&Bookmarks::found));
    if (!sent) fail(sent.error);
}

// Of a client that was destroyed nobody is told (contract 9 of handlers.hpp).
void Bookmarks::end_edits() {
    const auto client = std::exchange(client_, {});
    const auto writing = std::exchange(writing_, std::nullopt);
    const auto waiting = std::exchange(edits_, {});
    auto why = no_longer_serving("Bookmarks");
    for (const auto& edit : waiting) {
        if (client.get() != nullptr && edit.done) edit.done(why);
    }
    why.code = Errc::unanswered;
    if (client.get() != nullptr && writing && writing->done) writing->done(why);
}

void Bookmarks::begin_answer() {
    arriving_ = {};
    order_.clear();
    asked_.clear();
    skipped_ = 0;
    whole_ = false;
    noted_ = {};
    noted_gone_.clear();
    emptied_ = false;
}

void Bookmarks::session_ended() {
    loaded_ = waiting_ = failed_ = false;
    store_ = BookmarkStore::unknown;
    begin_answer();
}

void Bookmarks::cleanup() {
    client_ = {};
    mine_.cleanup();
    const auto dropped = std::exchange(edits_, {});
    const Error why{Errc::not_sent, "the client has ended before the bookmark was written"};
    for (const auto& edit : dropped) {
        if (edit.done) edit.done(why);
    }
}

void Bookmarks::found(const Answer<DiscoInfo>& answer) {
    if (answer.failure() != nullptr) return fail(*answer.failure());
    private_nodes_ = answer && keeps_private_data(*answer);
    if (private_nodes_ && answer->has_feature(bookmarks_compatible)) return ask_nodes();
    ask_storage();
}

void Bookmarks::ask_nodes() {
    auto* client = client_.get();
    if (client == nullptr) return;
    const auto came = [self = Link{*this, serving_.lifetime()},
                       login = login_](const Response& response) {
        auto* bookmarks = self.get();
        if (bookmarks != nullptr && bookmarks->login_ == login) bookmarks->nodes_came(response);
    };
    const auto sent = client->request_end(mine_.items_query(ns::bookmarks), came);
    asked_ = sent.id;
    if (!sent) fail(sent.error);
}

void Bookmarks::item(const Element& item, const Tag& iq) {
    if (asked_.empty() || iq.attribute("id") != asked_) return;
    Error why;
    const auto id = item.attribute("id");
    const auto held = read(id, item.child("conference", ns::bookmarks), why);
    if (held && arrived(*held)) return;
    ++skipped_;
    tell({BookmarkSkipped{std::string{id}, held ? no_room() : std::move(why)}});
}

void Bookmarks::end(const Tag&, const Tag& iq) {
    if (!asked_.empty() && iq.attribute("id") == asked_) whole_ = true;
}

bool Bookmarks::arrived(const Held& held) {
    const bool known = arriving_.all.contains(held.bookmark.room);
    if (!arriving_.put(held)) return false;
    if (!known) order_.push_back(held.bookmark.room);
    return true;
}

void Bookmarks::nodes_came(const Response& response) {
    asked_.clear();
    if (response.failure() != nullptr) return fail(*response.failure());
    if (no_bookmarks_there(response.refusal())) return complete(BookmarkStore::nodes, {});
    if (response.refusal() != nullptr) return fail(*response.refusal());
    if (!whole_) return fail(Error{Errc::invalid_payload, "the answer is no list of items"});
    complete(BookmarkStore::nodes, {});
}

void Bookmarks::ask_storage() {
    auto* client = client_.get();
    if (client == nullptr) return;
    const auto sent = private_get<BookmarkStorage>(*client, at_login(&Bookmarks::storage_came));
    if (!sent) fail(sent.error);
}

void Bookmarks::storage_came(const Answer<BookmarkStorage>& answer) {
    if (answer.failure() != nullptr) return fail(*answer.failure());
    if (private_nodes_ && no_bookmark_storage(answer.refusal())) return ask_nodes();
    if (answer.refusal() != nullptr && !no_bookmarks_there(answer.refusal()))
        return fail(*answer.refusal());
    News news;
    if (answer) fill(*answer, news);
    complete(BookmarkStore::private_xml, std::move(news));
}

// A conference that did not read is kept in what is written back, and is no bookmark.
void Bookmarks::fill(const BookmarkStorage& storage, News& news) {
    for (const auto& stored : storage.rooms) {
        Held held{stored, stored.room.str()};
        held.bookmark.room = stored.room.bare();
        if (arrived(held)) continue;
        ++skipped_;
        news.push_back(BookmarkSkipped{held.id, no_room()});
    }
    for (const auto& other : storage.rest) {
        const auto read = from_element<StoredBookmark>(other);
        if (!other.is("conference", ns::legacy_bookmarks) || read) continue;
        ++skipped_;
        news.push_back(BookmarkSkipped{std::string{other.attribute("jid")},
                                       {Errc::invalid_payload, read.message()}});
    }
}

void Bookmarks::complete(BookmarkStore store, News news) {
    store_ = store;
    waiting_ = false;
    loaded_ = true;
    if (store == BookmarkStore::nodes) add_noted();
    for (auto& each : compare(true)) news.push_back(std::move(each));
    news.push_back(BookmarksLoaded{held_.all.size(), skipped_, store});
    begin_answer();
    const Link self{*this, lifetime_};
    tell(news);
    if (auto* bookmarks = self.get()) bookmarks->next();
}

// At the end of a session nothing has failed: the next one asks again, and changes wait for it.
void Bookmarks::fail(const Answer<Ok>& why) {
    waiting_ = false;
    const auto* failure = why.failure();
    if (failure != nullptr &&
        (failure->code == Errc::unanswered || failure->code == Errc::not_sent))
        return;
    failed_ = true;
    begin_answer();
    const auto dropped = std::exchange(edits_, {});
    if (auto* client = client_.get()) client->emit_now(BookmarksFailed{why});
    for (const auto& edit : dropped) {
        if (edit.done) edit.done(why);
    }
}

} // namespace headstock
