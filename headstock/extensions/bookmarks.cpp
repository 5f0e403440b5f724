// Bookmarks that are held, and what is new in them.  How they are loaded is in
// bookmarks_loading.cpp, what we change ourselves in bookmarks_writing.cpp.
#include "headstock/extensions/bookmarks.hpp"

#include <utility>

namespace headstock {
namespace {

// How many bookmarks are held, and how many bytes of text.
constexpr std::size_t most_bookmarks = 5'000;
constexpr std::size_t most_bookmark_text = 8u << 20;

std::size_t bookmark_text(const std::vector<Element>& elements) {
    std::size_t size = 0;
    for (const auto& element : elements) size += element.xml().size();
    return size;
}

std::size_t bookmark_text(const Bookmarks::Held& held) {
    const auto& bookmark = held.bookmark;
    auto size = bookmark.room.str().size() + held.id.size();
    for (const auto* text : {&bookmark.name, &bookmark.nick, &bookmark.password})
        size += text->value_or("").size();
    if (bookmark.extensions) size += bookmark_text(bookmark.extensions->all);
    return size + bookmark_text(bookmark.rest);
}

bool of_bookmarks(const Tag& tag) { return tag.attribute("node") == ns::bookmarks; }

} // namespace

// --- what is held --------------------------------------------------------------------------------

bool Bookmarks::Shelf::put(const Held& held) {
    const auto known = all.find(held.bookmark.room);
    const bool there = known != all.end();
    const auto left = text - (there ? bookmark_text(known->second) : 0);
    const auto size = bookmark_text(held);
    if ((!there && all.size() >= most_bookmarks) || size > most_bookmark_text - left) return false;
    all.insert_or_assign(held.bookmark.room, held);
    text = left + size;
    return true;
}

void Bookmarks::Shelf::remove(const Jid& room) {
    const auto known = all.find(room);
    if (known == all.end()) return;
    text -= bookmark_text(known->second);
    all.erase(known);
}

Error Bookmarks::no_room() {
    return {Errc::policy_violation, "as many bookmarks are held as may be: see "
                                    "headstock::Bookmarks"};
}

// The room is the item's id (section 2).
std::optional<Bookmarks::Held>
Bookmarks::read(std::string_view id, const Element& conference, Error& why) {
    const auto room = Jid::parse(id, &why);
    if (!room) return std::nullopt;
    auto bookmark = from_element<Bookmark>(conference);
    if (!bookmark) {
        why = {Errc::invalid_payload, bookmark.message()};
        return std::nullopt;
    }
    bookmark->room = room->bare();
    return Bookmarks::Held{*std::move(bookmark), std::string{id}};
}

const Bookmark* Bookmarks::find(Address room) const {
    const auto where = room.jid();
    const auto found = where ? held_.all.find(where->bare()) : held_.all.end();
    return found == held_.all.end() ? nullptr : &found->second.bookmark;
}

// --- news ----------------------------------------------------------------------------------------

// The answer may be older than what came before it.
void Bookmarks::add_noted() {
    if (emptied_) {
        arriving_ = {};
        order_.clear();
    }
    for (const auto& room : noted_gone_) arriving_.remove(room);
    for (const auto& [room, now] : noted_.all) arrived(now);
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
        news.push_back(BookmarkSkipped{now->id, no_room()});
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

// What is beyond the limits here is seen in the next session.
void Bookmarks::note(const Jid& room, const std::optional<Held>& now) {
    if (now && noted_.put(*now)) {
        noted_gone_.erase(room);
    } else if (!now) {
        noted_.remove(room);
        if (noted_gone_.size() < most_bookmarks) noted_gone_.insert(room);
    }
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
    const auto held = read(id, conference, why);
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
        noted_ = {};
        noted_gone_.clear();
        emptied_ = true;
    } else if (store_ == BookmarkStore::nodes) {
        tell(compare(false)); // with nothing that has arrived
    }
}

} // namespace headstock
