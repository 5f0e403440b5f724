// Message archives (XEP-0313, pages by XEP-0059): what was said, as the server has kept it.
//
//     headstock::Archive archive;
//     client.register_handler(archive);                // and from `ready` on:
//     headstock::ArchiveQuery query;
//     query.with = headstock::Jid{"juliet@example.org"};
//     query.order = headstock::ArchiveOrder::newest_first;
//     query.limit = 1000;                              // all of it without; .of: a room's archive
//     archive.ask(query,
//                 [](const headstock::ArchivedMessage& item) {      // one at a time
//                     if (item.message) std::cout << printable(item.message->body) << '\n';
//                 },
//                 [](const headstock::ArchiveEnd& end) { std::cout << end.message() << '\n'; });
//
// MEMORY.  Nothing of a result is kept when the function has returned, so a million of them take
// what one does.  Only where newest_first is asked for and the archive does not turn its pages
// ("urn:xmpp:mam:2#extended") a page is held, to turn it here: ArchiveQuery::page_size bounds it.
// What an archive can do is kept for the session, of a hundred archives, and a hundred fields of
// each.
//
// PAGES.  The next one is asked for when the function has returned from the last result; pause()
// puts that off.  A walk that comes to a place again is ended (Errc::policy_violation), and so is
// one of a hundred pages without a result.  A page that is larger than was asked is taken, but for
// one that is to be held; it must be there within the time-out.
//
// FORGERY.  A result counts while its page is awaited, from the archive that was asked, by the
// random id of the query: nobody else is believed (section 8.2).  Of a room's archive a message is
// read only if it is from the room or somebody in it.  Of a room that is asked, the dispatcher logs
// "dropped: <result ...>" all the same, since it lets nobody but our account say it to other rows.
//
// LOSS.  A connection that is resumed changes nothing.  Where a session ends, the query ends with
// Errc::unanswered, or Errc::not_sent, and ArchiveEnd::go_on_at says from where another goes on:
//     query.go_on_at = end.go_on_at;  archive.ask(query, ...);
// A query that is paused between two pages has nothing to lose, and goes on in the next session.
//
// What was missed between two sessions comes by a CatchUp (catch_up.hpp).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/archive_elements.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/message.hpp"
#include "headstock/ns.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock {

/// One message of an archive.
struct ArchivedMessage {
    /// What the archive calls it, and what it is found by; empty when the archive did not say.
    std::string id{};
    /// When the archive got it; nothing when it does not say.
    std::optional<DateTime> stamp{};
    /// Its `delayed` is `stamp`.  Nothing where what was kept does not read as a message, or has no
    /// right to be in this archive, or was taken out of it (section 3.2).
    std::optional<Message> message{};
    /// Where there is no `message`: what was kept, as it came.  Empty when it was taken out.
    Element stanza{};
};

/// In which order the results come.
enum class ArchiveOrder : std::uint8_t { oldest_first, newest_first };

/// Which messages are asked for; all of them without.
struct ArchiveQuery {
    Jid of{};                        ///< Whose archive: a room's bare JID; empty: our account's.
    std::optional<Jid> with{};       ///< From or to this address; a bare one: and its resources.
    std::optional<DateTime> start{}; ///< No older.
    std::optional<DateTime> end{};   ///< No newer.
    /// Behind the message of this archive id.  With newest_first only where the form has it.
    std::string after_id{};
    /// In front of the message of this id.  With oldest_first only where the form has it.
    std::string before_id{};
    std::vector<std::string> ids{}; ///< These messages only, where the form has `ids`.
    /// Others, as a search for words, by the names that the archive's form has: see form().
    std::vector<FormField> fields{};
    ArchiveOrder order = ArchiveOrder::oldest_first; ///< Of all results, page by page or not.
    std::uint64_t page_size = 100; ///< Results in a page, from 1; an archive may send fewer.
    std::uint64_t limit = 0;       ///< So many results at most; 0: all.
    /// ArchiveEnd::go_on_at of a query that was the same.
    std::string go_on_at{};
    /// How long a page may take; Timeouts::request when it is not said, for ever when it is zero.
    std::optional<std::chrono::milliseconds> timeout{};
};

/// How a query has ended.
struct HEADSTOCK_API ArchiveEnd {
    bool complete = false;     ///< There is nothing else; false after `limit` too.
    bool stable = true;        ///< False: the archive says that this may yet change (4.3.2).
    std::uint64_t results = 0; ///< How many were given.
    std::string first_id{};    ///< Of the first result that was given.
    std::string last_id{};     ///< Of the last one.
    /// For ArchiveQuery::go_on_at: where another query goes on behind the last that was given.
    /// Empty: it begins anew.
    std::string go_on_at{};
    std::optional<std::uint64_t> count{}; ///< In all pages, as the archive guesses.
    std::optional<StanzaError> refusal{}; ///< The archive's no: item_not_found for an unknown id.
    /// Or why there is no answer; Errc::invalid_option for a field that the archive has not.
    std::optional<Error> failure{};

    explicit operator bool() const { return !refusal && !failure; } ///< Nothing went wrong.
    std::string message() const;                                    ///< One line for people.
};

/// Asks the archives of our account and of rooms, as many queries at a time as the program likes.
/// Callbacks are called on the client's thread; each may do anything, destroy this object and the
/// client too.
class HEADSTOCK_API Archive {
public:
    /// A component has no archive: a compile error.
    static constexpr bool needs_account = true;

    using OnResult = std::function<void(const ArchivedMessage&)>; ///< Called for each result.
    using OnEnd = std::function<void(const ArchiveEnd&)>;         ///< Called once, at the end.
    template <class T>
    using OnAnswer = std::function<void(const Answer<T>&)>; ///< Called once.

    /// `language`: which body of a message is read, as Options::language.
    explicit Archive(std::string language = {});
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    /// Begin a query.  Its Delivery's `id` is what the functions below know it by.  `on_end` is
    /// called once, unless the Delivery is false, the query is cancelled or the client is
    /// destroyed first: then never.  Either function may be empty.
    Delivery ask(ArchiveQuery query, OnResult on_result, OnEnd on_end);
    /// Neither of its functions is called any more.  False when there is no such query now.
    bool cancel(std::string_view query);
    /// Ask for no further page until go_on(); the results of one that was asked for still come.
    /// False when there is no such query now.
    bool pause(std::string_view query);
    /// The end of a pause().  False when there is no such query now.
    bool go_on(std::string_view query);

    /// The first and the last message of our archive, or that of a room (section 5).
    Delivery metadata(OnAnswer<ArchiveMetadata> callback, const Jid& of = {});
    /// By which fields this archive may be asked (section 4.1.5).
    Delivery form(OnAnswer<ArchiveForm> callback, const Jid& of = {});
    /// What our server keeps (XEP-0441); many a server does not say.
    Delivery preferences(OnAnswer<ArchivePreferences> callback);
    /// Change it.  The answer is what counts from now on, which may be something else.
    Delivery set_preferences(const ArchivePreferences& wanted,
                             OnAnswer<ArchivePreferences> callback);

    /// For an object that keeps this beyond the call that gave it.
    Link<Archive> link() { return {*this, lifetime_}; }

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended() { offers_.clear(); }
    void cleanup();

private:
    struct Running;
    /// What an archive can do, as far as it was asked.
    struct Offer {
        std::optional<std::set<std::string>> fields{}; ///< Of its form.
        std::optional<bool> extended{};
    };
    using Run = std::shared_ptr<Running>;

    void result(const Element& result, const Tag& message);
    bool is_from(const Tag& message, const Jid& of) const;
    ArchivedMessage read(const Element& result, const Jid& of) const;
    static void give(Running& run, const ArchivedMessage& item);
    void hold(const std::string& id, Running& run, ArchivedMessage item);

    template <class Q, class T, class F>
    Delivery look_up(const std::string& id, Running& run, const Q& question, F came);
    Delivery advance(const std::string& id, Running& run);
    Delivery ask_page(const std::string& id, Running& run);
    Offer& offer_of(const Jid& archive);
    void proceed(const std::string& id);
    void page_answered(const std::string& id, const Answer<ArchiveFin>& answer);
    bool give_held(const std::string& id, const Run& run);
    void page_over(const std::string& id, const ArchiveFin& fin);
    Run find(std::string_view id) const;
    void complete(const std::string& id);
    void fail(const std::string& id, Error why);
    void finish(const std::string& id);

    template <class T>
    Delivery ask_once(const Element& iq, OnAnswer<T> callback);

    Link<ClientApi> client_;
    Lifetime lifetime_;
    Jid account_; ///< Ours, bare.
    Jid own_;     ///< Ours, full.
    std::string language_;
    std::map<std::string, Run, std::less<>> running_; ///< By the id of the query.
    std::map<Jid, Offer> offers_;                     ///< In this session; a hundred at most.

    // Of rooms too: result() compares the sender.  Once it is whole, since a stanza that breaks off
    // comes again after a resumption.
    friend HEADSTOCK_HANDLERS(
        Archive, on<&self::result>("message/{urn:xmpp:mam:2}result").from_anyone().whole())
};

} // namespace headstock
