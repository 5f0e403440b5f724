// Bookmarks that we change: one change after the other, in a node or in private XML storage.
#include "headstock/extensions/bookmarks.hpp"
#include "headstock/extensions/private_xml.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

template <class T>
Answer<Ok> bookmark_outcome(const Answer<T>& answer) {
    if (answer.refusal() != nullptr) return *answer.refusal();
    if (answer.failure() != nullptr) return *answer.failure();
    return ok;
}

// As section 3.3 wants them.
NodeConfig bookmarks_node() {
    auto config = private_node();
    config.send_last = SendLast::never;
    return config;
}

bool bookmarks_node_differs(const Answer<Ok>& answer) {
    return answer.refusal() != nullptr &&
           answer.refusal()->application.is("precondition-not-met", ns::pubsub_errors);
}

StanzaError no_such_bookmark() { return {Condition::item_not_found, "there is no such bookmark"}; }

// In its place, or behind the others; without `now` it is taken out.  False: it was not there.
bool replace_stored(BookmarkStorage& storage, const Jid& room, const std::optional<Bookmark>& now) {
    auto& rooms = storage.rooms;
    const auto is_it = [&](const StoredBookmark& each) { return each.room.bare() == room; };
    const auto found = std::find_if(rooms.begin(), rooms.end(), is_it);
    const bool there = found != rooms.end();
    if (!now) {
        std::erase_if(rooms, is_it);
        return there;
    }
    auto& stored = there ? *found : rooms.emplace_back();
    static_cast<Bookmark&>(stored) = *now;
    return true;
}

} // namespace

Delivery Bookmarks::set(Bookmark bookmark, Done done) {
    if (!bookmark.room) return not_sent(detail::no_address());
    bookmark.room = bookmark.room.bare();
    static_cast<void>(to_element(bookmark)); // what XML cannot carry is found out here
    const auto room = bookmark.room;
    return queue({room, std::move(bookmark), std::move(done)});
}

Delivery Bookmarks::remove(Address room, Done done) {
    Error why;
    const auto where = room.jid(&why);
    if (!where) return not_sent(std::move(why));
    return queue({where->bare(), std::nullopt, std::move(done)});
}

Delivery Bookmarks::queue(Edit edit) {
    if (client_.get() == nullptr) return no_session("Bookmarks");
    if (failed_)
        return not_sent({Errc::session_over, "the bookmarks could not be loaded in this session"});
    edits_.push_back(std::move(edit));
    next();
    return {};
}

void Bookmarks::next() {
    const Link self{*this, lifetime_};
    while (self.get() != nullptr && loaded_ && !writing_ && !edits_.empty()) {
        writing_ = std::move(edits_.front());
        edits_.pop_front();
        writing_->in_node = store_ == BookmarkStore::nodes;
        const auto sent = writing_->in_node ? write_node() : write_storage();
        if (sent) return;
        const auto edit = *std::exchange(writing_, std::nullopt);
        if (edit.done) edit.done(sent.error);
    }
}

// The news of a node's change come by the answer, and again as an event that changes nothing.
void Bookmarks::finish(const Answer<Ok>& answer, const News& more) {
    if (!writing_) return;
    const auto edit = *std::exchange(writing_, std::nullopt);
    auto news = more;
    if (answer && edit.in_node) {
        std::optional<Held> now;
        const auto known = held_.all.find(edit.room);
        const auto id = known == held_.all.end() ? edit.room.str() : known->second.id;
        if (edit.now) now = Held{*edit.now, id};
        if (waiting_)
            note(edit.room, now);
        else if (loaded_)
            news = change(edit.room, now);
    }
    const Link self{*this, lifetime_};
    if (edit.done) edit.done(answer);
    if (auto* bookmarks = self.get()) bookmarks->tell(news);
    if (auto* bookmarks = self.get()) bookmarks->next();
}

// --- in a node -----------------------------------------------------------------------------------

Delivery Bookmarks::write_node() {
    const auto known = held_.all.find(writing_->room);
    const auto id = known == held_.all.end() ? writing_->room.str() : known->second.id;
    if (!writing_->now) return mine_.retract(ns::bookmarks, id, then(&Bookmarks::written));
    return mine_.publish(ns::bookmarks, *writing_->now,
                         [step = then(&Bookmarks::written)](const Answer<PublishedItem>& answer) {
                             step(bookmark_outcome(answer));
                         },
                         {.id = id, .config = bookmarks_node()});
}

// An older client may have made the node, so that contacts can read it, or one bookmark is kept.
void Bookmarks::written(const Answer<Ok>& answer) {
    if (!writing_ || writing_->configured || !bookmarks_node_differs(answer)) return finish(answer);
    writing_->configured = true;
    if (const auto sent = configure_node(); !sent) finish(sent.error);
}

Delivery Bookmarks::configure_node() {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Bookmarks");
    auto iq = iq_set();
    auto& configure = iq.append("pubsub", ns::pubsub_owner).append("configure");
    configure.set("node", ns::bookmarks).add(to_form(bookmarks_node()));
    return client->request(iq, then(&Bookmarks::configured));
}

void Bookmarks::configured(const Answer<Ok>& answer) {
    if (!writing_ || !answer) return finish(answer);
    if (const auto sent = write_node(); !sent) finish(sent.error);
}

// --- in private XML storage ----------------------------------------------------------------------

// All of them are in one element, so it is read again just before it is written: the time in which
// another client's change can be lost is as short as it can be.
Delivery Bookmarks::write_storage() {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Bookmarks");
    return private_get<BookmarkStorage>(*client, then(&Bookmarks::rewrite));
}

void Bookmarks::rewrite(const Answer<BookmarkStorage>& answer) {
    auto* client = client_.get();
    const bool none =
        answer.refusal() != nullptr && answer.refusal()->condition == Condition::item_not_found;
    if (!writing_ || client == nullptr || (!answer && !none))
        return finish(bookmark_outcome(answer));
    auto storage = answer ? *answer : BookmarkStorage{};
    if (!replace_stored(storage, writing_->room, writing_->now)) return finish(no_such_bookmark());
    const auto sent =
        private_set(*client, storage,
                    [self = Link{*this, serving_.lifetime()}, storage](const Answer<Ok>& done) {
                        if (auto* bookmarks = self.get()) bookmarks->rewritten(storage, done);
                    });
    if (!sent) finish(sent.error);
}

// What others have changed since we looked is seen too.
void Bookmarks::rewritten(const BookmarkStorage& storage, const Answer<Ok>& answer) {
    News news;
    if (answer && loaded_) {
        News skipped; // as at login
        fill(storage, skipped);
        news = compare(false);
        begin_answer();
    }
    finish(answer, news);
}

} // namespace headstock
