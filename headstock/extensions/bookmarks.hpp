// Bookmarks (XEP-0402): the rooms of an account, the same in all of its clients, and auto-join.
//
//     headstock::Bookmarks bookmarks;
//     disco.add_feature(headstock::Bookmarks::interest);   // to hear what our other clients change
//     client.register_handler(bookmarks);
//     // in a handler's table: on_event<&self::join>(), on_event<&self::leave>() for
//     void join(const headstock::BookmarkJoin& event) { enter(event.bookmark.room); }
//     void leave(const headstock::BookmarkLeave& event) { part(event.room); }
//     ...
//     headstock::Bookmark coven{headstock::Jid{"coven@chat.example.org"}};
//     coven.autojoin = true;
//     bookmarks.set(coven, [](const auto& done) { ... });   // Answer<Ok>; adds, or changes
//     bookmarks.remove("heath@chat.example.org");
//
// WHERE.  In nodes of our own account (BookmarkStore::nodes) where the server shows that older
// clients see the same (the feature urn:xmpp:bookmarks:1#compat), and otherwise as these have them:
// in private XML storage (XEP-0048 in XEP-0049), as XEP-0479 wants it; in nodes again where the
// server has no such storage.  Nodes only where they are private (XEP-0223).  A node that is there
// with other settings is given the right ones when the first bookmark is written.
//
// WHAT is heard of other clients' changes: in nodes, each of them, once the server knows of our
// interest by entity capabilities (XEP-0115); such news count from our own account only.  In
// private XML nobody is told, so they are seen when the next session begins or something is changed
// here.
//
// What is not understood is kept and written back: the children of <extensions/>, other children,
// and in private XML also URLs and what is no bookmark at all.
//
// LIMITS.  5,000 bookmarks are held, of 8 MiB together: what a server has beyond that, and items
// whose id is no JID, are told (BookmarkSkipped) and not held.  Of a server that gives a node's
// items in pages (XEP-0060 6.5.4) the first page is seen.  In the next session, of the same client
// (Options::reconnect) or of another in which the object is registered, what it holds is compared
// with what comes, and what differs is told.  In a session of another account it begins anew.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/private_data.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace headstock {

/// What clients add to a bookmark, each in a namespace of its own.
struct BookmarkExtensions {
    std::vector<Element> all{};
    bool operator==(const BookmarkExtensions&) const = default;
};
HEADSTOCK_PAYLOAD(BookmarkExtensions, "extensions", ns::bookmarks, rest<&self::all>())

/// One bookmark, section 2.  In a node the room is the item's id, and no part of the payload.
struct Bookmark {
    Jid room{};
    std::optional<std::string> name{}; ///< The user's own; nobody makes one up of the JID.
    bool autojoin = false;             ///< To be entered at login.
    std::optional<std::string> nick{};
    std::optional<std::string> password{}; ///< Of the room.  The server can read it.
    std::optional<BookmarkExtensions> extensions{};
    std::vector<Element> rest{}; ///< What else came.

    bool operator==(const Bookmark&) const = default;
};
/// The same as older clients store it (XEP-0048 2.1).
struct StoredBookmark : Bookmark {};

namespace detail {
/// Whether the attribute says yes; anything else is a no, and spoils no bookmark.
inline std::optional<bool> read_autojoin(std::string_view word) {
    return word == "true" || word == "1";
}
inline std::string write_autojoin(const bool& autojoin) { return autojoin ? "true" : "false"; }
/// The two are written alike, but for where the room stands.
template <class T, class... Room>
constexpr auto bookmark_payload(std::string_view ns, Room... room) {
    return payload<T>(
        "conference", ns, room..., attribute<&T::name>("name"),
        attribute<&T::autojoin>("autojoin").as(&read_autojoin, &write_autojoin).or_default(),
        child_text<&T::nick>("nick"), child_text<&T::password>("password"), child<&T::extensions>(),
        rest<&T::rest>());
}
} // namespace detail
/// In a node: the room is no part of it.
template <>
inline constexpr auto payload_of<Bookmark> = detail::bookmark_payload<Bookmark>(ns::bookmarks);
/// In private XML storage.
template <>
inline constexpr auto payload_of<StoredBookmark> = detail::bookmark_payload<StoredBookmark>(
    ns::legacy_bookmarks, attribute<&StoredBookmark::room>("jid"));

/// All of them in one element (XEP-0048 2).
struct BookmarkStorage {
    std::vector<StoredBookmark> rooms{};
    std::vector<Element> rest{}; ///< URLs, what does not read, and what else came.
};
HEADSTOCK_PAYLOAD(BookmarkStorage,
                  "storage",
                  ns::legacy_bookmarks,
                  child<&self::rooms>().or_rest(),
                  rest<&self::rest>())

// --- events --------------------------------------------------------------------------------------

/// Where the bookmarks are.
enum class BookmarkStore : std::uint8_t {
    unknown, ///< It is not known yet in this session.
    nodes,   ///< Items of a node of our own account (XEP-0402).
    private_xml,
};

/// An event: the bookmarks are known, all of them.  It comes in each session, behind all events
/// about what is new in it.
struct BookmarksLoaded {
    std::size_t bookmarks = 0;
    std::size_t skipped = 0; ///< See BookmarkSkipped.
    BookmarkStore store = BookmarkStore::unknown;
};
/// An event: they could not be loaded in this session.
struct BookmarksFailed {
    Answer<Ok> why; ///< A refusal or a failure.
};
/// An event: an item that is no bookmark, or for which there is no room.  Nothing is held of it.
struct BookmarkSkipped {
    std::string id{}; ///< As it came; may be empty.  Not to be trusted.
    Error why{};      ///< Errc::invalid_jid or invalid_payload, or policy_violation for the room.
};
/// An event: a bookmark that was not there, at login or later, whoever made it.
struct BookmarkAdded {
    Bookmark bookmark{};
};
/// An event: a bookmark is another one now.
struct BookmarkChanged {
    Bookmark bookmark{};
    Bookmark before{};
};
/// An event: a bookmark is there no longer.
struct BookmarkRemoved {
    Bookmark bookmark{}; ///< As it was.
};
/// An event: this room is to be entered, sections 3.2 and 4.  At login in the order in which the
/// server has the bookmarks.
struct BookmarkJoin {
    Bookmark bookmark{};
    bool again = false; ///< It was told in an earlier session: a MucRoom comes back by itself.
};
/// An event: this room is to be left, if we are in it, section 4: its bookmark was removed, or says
/// no longer that it is to be entered.
struct BookmarkLeave {
    Jid room{};
};

// --- the object ----------------------------------------------------------------------------------

/// Holds the bookmarks of one account.
class HEADSTOCK_API Bookmarks {
public:
    /// Of no use to a component: a compile error.
    static constexpr bool needs_account = true;
    /// The feature by which a client says that it wants to hear of changes, section 3.1.
    static constexpr std::string_view interest = "urn:xmpp:bookmarks:1+notify";

    /// Called once with what came of a change.
    using Done = std::function<void(const Answer<Ok>&)>;

    Bookmarks() = default;
    ~Bookmarks();
    Bookmarks(const Bookmarks&) = delete;
    Bookmarks& operator=(const Bookmarks&) = delete;
    /// A bookmark, and the id of its item, which another client may have written in capitals.
    struct Held {
        Bookmark bookmark{};
        std::string id{};
    };

    /// By the room's bare JID.
    const std::map<Jid, Held>& all() const { return held_.all; }
    /// The bookmark of this room, whatever the resource; nullptr when there is none, or this is no
    /// address.  It lives until the next change.
    const Bookmark* find(Address room) const;
    /// All bookmarks are known: the server has answered in this session.
    bool loaded() const { return loaded_; }
    BookmarkStore store() const { return store_; } ///< Where they are.

    /// Add a bookmark, or put this one in the place of the room's (sections 3.3 and 3.4).  To
    /// change one, change a copy of what find() gives: what is not known stays in it.  It is held,
    /// and told, once the server has it.  Changes are made one after the other, and wait until the
    /// bookmarks are loaded, also for the next session; `done` is called exactly once, unless the
    /// Delivery is false or the client is destroyed first: then never.  Errc::session_over for one
    /// that waits when this is destroyed or registered in another client, and Errc::unanswered for
    /// one that is being made.  The Delivery has no number.
    /// Refused: outside a client (Errc::session_over), a room that is no JID (Errc::invalid_jid),
    /// and when they could not be loaded in this session.  Throws what to_element() does.
    Delivery set(Bookmark bookmark, Done done = {});
    /// Remove the bookmark of this room (section 3.5).  One that is not there is refused with
    /// item_not_found.
    Delivery remove(Address room, Done done = {});

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended();
    void cleanup();

private:
    /// What a server can make it hold is bounded here.
    struct Shelf {
        std::map<Jid, Held> all{};
        std::size_t text = 0; ///< Bytes.

        /// In the place of one of its room.  False, and nothing is changed, without room.
        bool put(const Held& held);
        void remove(const Jid& room);
    };
    /// A change that waits, or is being made.
    struct Edit {
        Jid room{};
        std::optional<Bookmark> now{}; ///< Nothing: it is removed.
        Done done{};
        bool in_node = false;    ///< Where it is made.
        bool configured = false; ///< The node was given its settings for it.
    };
    using News = std::vector<std::variant<BookmarkAdded,
                                          BookmarkChanged,
                                          BookmarkRemoved,
                                          BookmarkJoin,
                                          BookmarkLeave,
                                          BookmarkSkipped,
                                          BookmarksLoaded>>;

    // loading
    static Error no_room();
    static std::optional<Held> read(std::string_view id, const Element& conference, Error& why);
    void begin_answer();
    void found(const Answer<DiscoInfo>& answer);
    void ask_nodes();
    void nodes_came(const Response& response);
    void ask_storage();
    void storage_came(const Answer<BookmarkStorage>& answer);
    bool arrived(const Held& held);
    void fill(const BookmarkStorage& storage, News& news);
    void complete(BookmarkStore store, News news);
    void fail(const Answer<Ok>& why);
    // news
    News compare(bool new_session);
    void add_noted();
    News change(const Jid& room, const std::optional<Held>& now);
    void join(News& news, const Bookmark& bookmark, bool new_session);
    void note(const Jid& room, const std::optional<Held>& now);
    void tell(const News& news);
    // changes
    void end_edits();
    Delivery queue(Edit edit);
    void next();
    Delivery write_node();
    Delivery write_storage();
    Delivery configure_node();
    void written(const Answer<Ok>& answer);
    void configured(const Answer<Ok>& answer);
    void rewrite(const Answer<BookmarkStorage>& answer);
    void rewritten(const BookmarkStorage& storage, const Answer<Ok>& answer);
    void finish(const Answer<Ok>& answer, const News& more = {});
    template <class T>
    std::function<void(const Answer<T>&)> then(void (Bookmarks::*step)(const Answer<T>&)) {
        return [self = Link{*this, serving_.lifetime()}, step](const Answer<T>& answer) {
            if (auto* bookmarks = self.get()) (bookmarks->*step)(answer);
        };
    }
    /// The same for an answer to what was asked at this login.
    template <class T>
    std::function<void(const Answer<T>&)> at_login(void (Bookmarks::*step)(const Answer<T>&)) {
        return [self = Link{*this, serving_.lifetime()}, step,
                login = login_](const Answer<T>& answer) {
            auto* bookmarks = self.get();
            if (bookmarks != nullptr && bookmarks->login_ == login) (bookmarks->*step)(answer);
        };
    }
    // rows
    void item(const Element& item, const Tag& iq);
    void end(const Tag& list, const Tag& iq);
    void published(const Element& conference);
    void retracted(const Tag& retract);
    void emptied(const Tag& told);

    Link<ClientApi> client_; ///< While a session lasts.
    Lifetime lifetime_;
    PubSub mine_;     ///< To ask by; it is not registered.
    Serving serving_; ///< Whose bookmarks these are.
    Shelf held_;
    std::set<Jid> joined_; ///< Rooms that are told to be entered.
    BookmarkStore store_ = BookmarkStore::unknown;
    bool loaded_ = false;

    std::uint64_t login_ = 0; ///< How many there were.

    // Of an answer that is not whole yet.
    std::string asked_; ///< The id of the question for items.
    Shelf arriving_;
    std::vector<Jid> order_;
    std::size_t skipped_ = 0;
    bool whole_ = false;
    Shelf noted_;                ///< Changes that came before it was.
    std::set<Jid> noted_gone_;   ///< Of these, what was removed.
    bool emptied_ = false;       ///< And before these, all were removed.
    bool waiting_ = false;       ///< For that answer.
    bool failed_ = false;        ///< It is not to be had in this session.
    bool private_nodes_ = false; ///< The server keeps private data in nodes.

    std::deque<Edit> edits_;      ///< They wait.
    std::optional<Edit> writing_; ///< This one is being made.

    friend HEADSTOCK_HANDLERS(
        Bookmarks,
        on<&self::item>("iq@type=result/{http://jabber.org/protocol/pubsub}pubsub/items/item"),
        on<&self::end>("iq@type=result/{http://jabber.org/protocol/pubsub}pubsub/items"),
        on<&self::published>(any_item_event / payload_name<Bookmark>).from_account(),
        on<&self::retracted>(retract_event).from_account(),
        on<&self::emptied>("message/{http://jabber.org/protocol/pubsub#event}event/purge")
            .from_account(),
        on<&self::emptied>("message/{http://jabber.org/protocol/pubsub#event}event/delete")
            .from_account())
};

} // namespace headstock
