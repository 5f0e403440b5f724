// Bookmarks as they come: loaded at login, and what other clients change.  What we change ourselves
// is in bookmarks_writing.cpp.
#include "headstock/extensions/bookmarks.hpp"

#include "headstock/extensions/private_xml.hpp"

#include <utility>

namespace headstock {
namespace {

constexpr std::string_view bookmarks_compatible = "urn:xmpp:bookmarks:1#compat";

// How many bookmarks are held, and how many bytes of text.
constexpr std::size_t most_bookmarks = 5'000;
constexpr std::size_t most_bookmark_text = 8u << 20;

std::size_t text_of(const std::vector<Element>& elements) {
    std::size_t size = 0;
    for (const auto& element : elements) size += element.xml().size();
    return size;
}

std::size_t text_of(const Bookmarks::Held& held) {
    const auto& bookmark = held.bookmark;
    auto size = bookmark.room.str().size() + held.id.size();
    for (const auto* text : {&bookmark.name, &bookmark.nick, &bookmark.password})
        size += text->value_or("").size();
    if (bookmark.extensions) size += text_of(bookmark.extensions->all);
    return size + text_of(bookmark.rest);
}

Error no_shelf() {
    return {Errc::policy_violation, "as many bookmarks are held as may be: see "
                                    "headstock::Bookmarks"};
}

// The room is the item's id (section 2).
std::optional<Bookmarks::Held>
read_bookmark(std::string_view id, const Element& conference, Error& why) {
    const auto room = Jid::parse(id, &why);
    if (!room) return std::nullopt;
    auto read = from_element<Bookmark>(conference);
    if (!read) {
        why = {Errc::invalid_payload, read.message()};
        return std::nullopt;
    }
    read->room = room->bare();
    return Bookmarks::Held{*std::move(read), std::string{id}};
}

bool is_none_there(const StanzaError* refusal) {
    return refusal != nullptr && refusal->condition == Condition::item_not_found;
}

// A server that has no private storage says so by one of these.
bool is_no_storage(const StanzaError* refusal) {
    return refusal != nullptr && (refusal->condition == Condition::service_unavailable ||
                                  refusal->condition == Condition::feature_not_implemented ||
                                  refusal->condition == Condition::not_allowed);
}

bool of_bookmarks(const Tag& tag) { return tag.attribute("node") == ns::bookmarks; }

} // namespace

// --- what is held --------------------------------------------------------------------------------

bool Bookmarks::Shelf::put(const Held& held) {
    const auto known = all.find(held.bookmark.room);
    const bool there = known != all.end();
    const auto left = text - (there ? text_of(known->second) : 0);
    const auto size = text_of(held);
    if ((!there && all.size() >= most_bookmarks) || size > most_bookmark_text - left) return false;
    all.insert_or_assign(held.bookmark.room, held);
    text = left + size;
    return true;
}

void Bookmarks::Shelf::remove(const Jid& room) {
    const auto known = all.find(room);
    if (known == all.end()) return;
    text -= text_of(known->second);
    all.erase(known);
}

const Bookmark* Bookmarks::find(Address room) const {
    const auto where = room.jid();
    const auto found = where ? held_.all.find(where->bare()) : held_.all.end();
    return found == held_.all.end() ? nullptr : &found->second.bookmark;
}

// --- loading -------------------------------------------------------------------------------------

// Another client than the last one knows nothing of what that was to do.
void Bookmarks::ready(ClientApi& client) {
    if (client_.get() != &client) {
        edits_.clear();
        writing_.reset();
        joined_.clear();
    }
    client_ = client.link();
    mine_.ready(client);
    const auto account = client.jid().bare();
    if (account_ != account) held_ = {};
    account_ = account;
    begin_answer();
    failed_ = false;
    waiting_ = true;
    const auto sent = client.request(Address{}, DiscoInfoQuery{}, then(&Bookmarks::found));
    if (!sent) fail(sent.error);
}

void Bookmarks::begin_answer() {
    arriving_ = {};
    order_.clear();
    asked_.clear();
    skipped_ = 0;
    whole_ = false;
    noted_.clear();
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
    const auto sent = client->request_end(mine_.items_query(ns::bookmarks),
                                          [self = Link{*this, lifetime_}](const Response& came) {
                                              if (auto* bookmarks = self.get())
                                                  bookmarks->nodes_came(came);
                                          });
    asked_ = sent.id;
    if (!sent) fail(sent.error);
}

void Bookmarks::item(const Element& item, const Tag& iq) {
    if (asked_.empty() || iq.attribute("id") != asked_) return;
    Error why;
    const auto id = item.attribute("id");
    const auto held = read_bookmark(id, item.child("conference", ns::bookmarks), why);
    if (held && arrived(*held)) return;
    ++skipped_;
    tell({BookmarkSkipped{std::string{id}, held ? no_shelf() : std::move(why)}});
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
    if (is_none_there(response.refusal())) return complete(BookmarkStore::nodes, {});
    if (response.refusal() != nullptr) return fail(*response.refusal());
    if (!whole_) return fail(Error{Errc::invalid_payload, "the answer is no list of items"});
    complete(BookmarkStore::nodes, {});
}

void Bookmarks::ask_storage() {
    auto* client = client_.get();
    if (client == nullptr) return;
    const auto sent = private_get<BookmarkStorage>(*client, then(&Bookmarks::storage_came));
    if (!sent) fail(sent.error);
}

void Bookmarks::storage_came(const Answer<BookmarkStorage>& answer) {
    if (answer.failure() != nullptr) return fail(*answer.failure());
    if (private_nodes_ && is_no_storage(answer.refusal())) return ask_nodes();
    if (answer.refusal() != nullptr && !is_none_there(answer.refusal()))
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
        news.push_back(BookmarkSkipped{held.id, no_shelf()});
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

// --- news ----------------------------------------------------------------------------------------

// The answer may be older than what came before it.
void Bookmarks::add_noted() {
    if (emptied_) {
        arriving_ = {};
        order_.clear();
    }
    for (const auto& [room, now] : noted_) {
        if (now)
            arrived(*now);
        else
            arriving_.remove(room);
    }
}

// What has arrived takes the place of what is held.
Bookmarks::News Bookmarks::compare(bool new_session) {
    const auto before = std::exchange(held_, std::exchange(arriving_, {})).all;
    News news;
    for (const auto& [room, old] : before) {
        if (held_.all.contains(room)) continue;
        news.push_back(BookmarkRemoved{old.bookmark});
        if (joined_.erase(room) > 0) news.push_back(BookmarkLeave{room});
    }
    for (const auto& room : order_) {
        const auto found = held_.all.find(room);
        if (found == held_.all.end()) continue; // removed since
        const auto& bookmark = found->second.bookmark;
        const auto old = before.find(room);
        if (old == before.end())
            news.push_back(BookmarkAdded{bookmark});
        else if (!(old->second.bookmark == bookmark))
            news.push_back(BookmarkChanged{bookmark, old->second.bookmark});
        if (bookmark.autojoin)
            join(news, bookmark, new_session);
        else if (joined_.erase(room) > 0)
            news.push_back(BookmarkLeave{room});
    }
    order_.clear();
    return news;
}

void Bookmarks::join(News& news, const Bookmark& bookmark, bool new_session) {
    const bool again = !joined_.insert(bookmark.room).second;
    if (!again || new_session) news.push_back(BookmarkJoin{bookmark, again});
}

Bookmarks::News Bookmarks::change(const Jid& room, const std::optional<Held>& now) {
    News news;
    const auto known = held_.all.find(room);
    std::optional<Bookmark> before;
    if (known != held_.all.end()) before = known->second.bookmark;
    if (!now && !before) return news;
    if (now && before == now->bookmark) return news;
    if (!now) {
        held_.remove(room);
        news.push_back(BookmarkRemoved{*before});
    } else if (!held_.put(*now)) {
        news.push_back(BookmarkSkipped{now->id, no_shelf()});
        return news;
    } else if (before) {
        news.push_back(BookmarkChanged{now->bookmark, *before});
    } else {
        news.push_back(BookmarkAdded{now->bookmark});
    }
    if (now && now->bookmark.autojoin) {
        join(news, now->bookmark, false);
    } else {
        joined_.erase(room);
        news.push_back(BookmarkLeave{room});
    }
    return news;
}

void Bookmarks::note(const Jid& room, const std::optional<Held>& now) {
    if (noted_.contains(room) || noted_.size() < most_bookmarks) noted_[room] = now;
}

// A handler may destroy this object, or the client.
void Bookmarks::tell(const News& news) {
    const auto to = client_;
    const Link self{*this, lifetime_};
    for (const auto& each : news) {
        auto* client = to.get();
        if (client == nullptr || self.get() == nullptr) return;
        std::visit([client](const auto& event) { client->emit_now(event); }, each);
    }
}

// --- what other clients change -------------------------------------------------------------------
// From our own account only: the rows say so, and contract 5 in handlers.hpp.

void Bookmarks::published(const Element& conference) {
    const auto& item = conference.parent();
    if (!of_bookmarks(item.parent())) return;
    if (!waiting_ && store_ != BookmarkStore::nodes) return;
    Error why;
    const auto id = item.attribute("id");
    const auto held = read_bookmark(id, conference, why);
    if (!held) return tell({BookmarkSkipped{std::string{id}, std::move(why)}});
    if (waiting_) return note(held->bookmark.room, held);
    tell(change(held->bookmark.room, held));
}

void Bookmarks::retracted(const Tag& retract) {
    if (!of_bookmarks(retract.parent())) return;
    const auto room = Jid::parse(retract.attribute("id"));
    if (!room) return;
    if (waiting_) return note(room->bare(), std::nullopt);
    if (store_ == BookmarkStore::nodes) tell(change(room->bare(), std::nullopt));
}

void Bookmarks::emptied(const Tag& told) {
    if (!of_bookmarks(told)) return;
    if (waiting_) {
        noted_.clear();
        emptied_ = true;
    } else if (store_ == BookmarkStore::nodes) {
        tell(compare(false)); // with nothing that has arrived
    }
}

} // namespace headstock
