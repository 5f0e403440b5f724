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
// read only if it is from the room or somebody in it.  To other rows the dispatcher lets nobody but
// our account say such a thing; it logs what no Archive has asked for.
//
// LOSS.  A connection that is resumed changes nothing.  Where a session ends, the query ends with
// Errc::unanswered, or Errc::not_sent, and ArchiveEnd::go_on_at says from where another goes on:
//     query.go_on_at = end.go_on_at;  archive.ask(query, ...);
// A query that is paused between two pages has nothing to lose, and goes on in the next session.
//
// What was missed between two sessions comes by a CatchUp (catch_up.hpp).
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/archive_elements.hpp"
#include "headstock/extensions/archive_query.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/lifetime.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace headstock {

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

    /// `language`: which body of a message is read; empty: as Options::language has it.
    explicit Archive(std::string language = {});
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    /// Begin a query.  Its Delivery's `id` is what the functions below know it by.  `on_end` is
    /// called once, unless the Delivery is false, the query is cancelled or the client is
    /// destroyed first: then never.  Either function may be empty.  Errc::session_over when this is
    /// destroyed, registered in another client, or was unregistered while a page came.
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
    void end_all(const char* why);
    /// What an archive can do, as far as it was asked.
    struct Offer {
        std::optional<std::set<std::string>> fields{}; ///< Of its form.
        std::optional<bool> extended{};
    };
    using Run = std::shared_ptr<Running>;

    std::optional<Ok> result(const Element& result, const Tag& message);
    void page_end(const Tag& fin, const Tag& iq);
    bool is_from(const Tag& message, const Jid& of) const;
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
    void cancel_request(const Running& run) const;
    void complete(const std::string& id);
    void fail(const std::string& id, Error why);
    void finish(const std::string& id);

    template <class T>
    Delivery ask_once(const Element& iq, OnAnswer<T> callback);

    Link<ClientApi> client_;
    Serving serving_; ///< Ours is its account.
    Lifetime lifetime_;
    Jid own_; ///< Ours, full.
    std::string language_;
    std::map<std::string, Run, std::less<>> running_; ///< By the id of the query.
    std::map<Jid, Offer> offers_;                     ///< In this session; a hundred at most.

    // Of rooms too: result() compares the sender.  Once it is whole, since a stanza that breaks off
    // comes again after a resumption.
    friend HEADSTOCK_HANDLERS(
        Archive,
        on<&self::result>("message/{urn:xmpp:mam:2}result").from_anyone().whole(),
        on<&self::page_end>("iq@type=result/{urn:xmpp:mam:2}fin").from_anyone())
};

} // namespace headstock
