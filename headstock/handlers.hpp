// Handler tables: which functions of a plain object are called for which elements.
//
// THE DISPATCH CONTRACT
//  1. Rows see stanzas and what is inside them, after the session is bound.  Stream features,
//     stream errors and negotiation belong to the session.
//  2. `message`, `presence` and `iq` match as stanzas only.  Other names match at any depth, but
//     not inside <forwarded/> (XEP-0297) unless the path goes through it.  A row that names no type
//     does not get type='error'.  No type means normal (message) or available (presence); no `from`
//     means our own account.  On a component `ns::client` means the namespace of its stream.  An iq
//     or presence of another type is no stanza for any row, and answered by bad-request (RFC 6120
//     8.2.3, RFC 6121 4.7.1); an iq without an id cannot be.
//  3. The signature says what is built.  First parameter:  `const Tag&` (name and attributes),
//     `const Element&` (the subtree), `Element` (a copy to keep), a payload (payload.hpp), whose
//     type names the last step of the path and must agree with one that is spelled out, or for
//     `message` itself a Message (message.hpp), the whole stanza as a value.  Then, if wanted, the
//     stanza: `const Tag&` (free) or `const Element&` (built whole; the row runs at its end); its
//     client, as `ClientApi&` or, in a table, as the type of the client that the object is
//     registered in; for an iq get or set a `Reply`; on type=error a `const StanzaError&`, which
//     may also stand first.  An ancestor is always a Tag (`parent()`), so no row sees more or less
//     because of what another object registered.
//  4. Inner before outer, in document order; within one name in order of registration; then iq
//     waiters.  A nested row runs as soon as its element is complete: the stanza may still break.
//     `.whole()` waits for the stanza's end.  When a connection breaks in the middle of a stanza
//     and its session is resumed (rule 10), that stanza comes again, whole: so a nested row may see
//     it twice (and answer an iq twice, by a Reply that was given before), and a row that runs at
//     the stanza's end sees it once.
//  5. Nobody forges.  An iq result or error that answers no iq get or set of ours, by id and
//     sender, is dropped and logged before any row.  What only our own account may say (roster,
//     carbons, archive results, block and privacy lists, private data, events of the nodes of
//     private data: all that dispatch/guarded.cpp names) reaches rows from it only.  When a
//     stranger sends such a thing as the payload of a stanza, no row is called for the stanza, nor
//     for the rest of it: a nested row for a payload before it has run (rule 4).  When it stands
//     deeper (an event of such a node counts as deeper), no row is called for it or what is in it;
//     rows for the rest, and for the stanza as a whole, are.  A row made `.from_anyone()` is called
//     all the same.  Both are logged at the stanza's end, unless such a row whose path names it
//     returned `ok` for it in a message: it had reasons to believe it.  `.from_account()`,
//     `.from_others()`, `.from_server()`, `.from(jid)` narrow any row.  Our account is its bare
//     JID, letter for letter as the server bound it, ASCII case and A-labels aside.  On a component
//     the account and the server are its own domain, the others all beyond it, and an answer must
//     be to the address of ours that asked.
//  6. All matching rows run.  An exception is caught in one place and given to `on_exception` with
//     the row's name; the others and the stream go on.
//  7. One answer.  In an iq get or set the first payload, `ok`, StanzaError, iq result or error
//     returned, or the first Reply taken, is the answer; later ones are logged.  Any other stanza
//     returned is sent as it is; an empty Element is nothing.  A payload may stand for an Element,
//     a Message for the reply to a Message that was taken, and an Answer<T> for a `T` or a
//     StanzaError.  A row whose payload does not parse is not called, nor one that takes a Message
//     whose addresses are none, and the log says why.  Unanswered at the iq's end it gets
//     internal-server-error if a row threw, bad-request naming the field if a payload did not
//     parse, else service-unavailable (RFC 6120 8.2.3).  A void row on a guarded set (a roster
//     push) counts as `ok`.  A result or an error is never answered.
//  8. Rows added start with the next stanza; rows removed never run again.  A handler may
//     unregister itself or others, stop, or destroy the client: what it borrowed lives until it
//     returns, run() then gives operation_canceled.  The client's destructor calls no hook and
//     touches no handler.
//  9. A request completes exactly once: answer, error, time-out, or the end of the session in which
//     it was written (Errc::unanswered: what was asked may have been done) or of a client that
//     never wrote it (Errc::not_sent), unless it is cancelled, which destroys the callback
//     uncalled.  The client's destructor is no end of the session: it destroys callbacks uncalled
//     (rule 8).  With Options::reconnect what was not written by the end of a session is sent in
//     the next one, requests included, and their time-outs run on; a session that is resumed has
//     not ended, and its requests stay pending.
// 10. An object may have life-cycle hooks, public functions that are found by name:
//         void ready();     or   void ready(ClientApi& client);   // or the client's own type
//         void connection_lost();          // or with const headstock::Error& why,
//                                          // or with why and std::chrono::milliseconds next_try
//         void resumed();
//         void session_ended();            // or with const headstock::Error& why
//         void stopping();                 // or with const headstock::Error& why
//         void cleanup();
//         void terminated();
//     A client has one session, or with Options::reconnect one after the other.  `ready` once per
//     session, when it is bound (at once for an object registered later).  `connection_lost` when
//     its connection is lost, and whenever an attempt to connect again has failed: `next_try` says
//     after what time the next one is made.  Then either `resumed`: the same session goes on over
//     another connection, with the requests that are pending (Options::stream_management); or
//     `session_ended`, at once or when the server has refused to go on: for each object that was
//     told `ready`, when requests that were written have completed.  `stopping` when the client's
//     own end begins, and `why` converts to false when we wanted it: while a connection lives, what
//     it sends is written; then `session_ended` if there was a session; `cleanup` when the
//     connection is closed, requests and threaded calls are over; `terminated` last, when every
//     object's `cleanup` has returned.  `stopping`, `cleanup` and `terminated` once, always, in
//     this order, unless the client is destroyed before (rule 8).  Handlers, `once` rows that have
//     run, timers, posted functions and threaded calls outlive a session.
// 11. A `.threaded()` row runs on the client's own workers (Options::workers), with copies of its
//     element and stanza: the calls of one row in order and one at a time; different rows, and the
//     object's other functions, side by side.  What it returns is sent, and what it throws
//     reported, on the client's thread.  In an iq get or set it owes the answer from the moment it
//     matches, like a row that takes the Reply: service-unavailable if it gives none, bad-request
//     if its payload does not parse, internal-server-error if it throws or is dropped; a void row
//     leaves the answer to others.  Removing its object waits for the call under way and drops
//     those that wait; so does the client's end, before `cleanup`, and the client's destructor;
//     stop() drops and does not wait.  What ends too late cannot be sent, and the log says so, nor
//     can an answer, by Reply or by a threaded row, from an address that is not ours any more.  So
//     a threaded function may not wait for the client's thread, and may call nothing of the client
//     but post() and stop().  When more than Limits::threaded would wait the row is passed over, as
//     in 12.
// 12. Copies cost what came, never its square.  A row that is given one (an Element of its own, an
//     Element in a payload, a StanzaError beside its element, threaded) may copy 40 bytes for each
//     byte that the session receives, and Limits::copied more at once: enough for every element
//     once with the default of Limits::namespace_bytes, while a peer who nests names, or repeats a
//     stanza's parts, would have the same bytes copied at every level.  What would be more is not
//     copied, and the row passed over for the rest of the stanza: one line in the log, one
//     std::length_error to `on_exception`; an iq that nobody answers gets resource-constraint.  No
//     row uses up what another may copy.
// 13. A stanza that declares a namespace with a name longer than Limits::namespace_bytes is passed
//     over: no row is called for what comes behind the declaration, nor at the stanza's end.  If a
//     row, or a request, waits for some of it, that is told as in 12; a request fails by
//     invalid_payload.
//
// A table is made of on<> rows, in one of four ways:
//   A  beside the class:         HEADSTOCK_HANDLERS(Basic, on<&self::contact>("item", ns::roster))
//   B  inside it, for private handlers:   friend HEADSTOCK_HANDLERS(Basic, on<&self::contact>(...))
//   C  no macro, a static function of the class:
//          static constexpr auto handlers() {
//              return headstock::handlers(headstock::on<&Basic::f>("item", ns::roster));
//          }
//   D  for a type that may not be changed, a trait beside it; free functions take the object first:
//          template <> inline constexpr auto headstock::handlers_of<Theirs> =
//              headstock::handlers(headstock::on<&log_contact>("item", ns::roster));
// A derived class inherits its base's table (A, B, C); a table of its own replaces it.  A closure
// needs no table: client.on("message@type=chat/body", [](const Element& body) { ... }).
#pragma once

#include "headstock/detail/event_row.hpp"
#include "headstock/detail/macro_place.hpp"
#include "headstock/detail/make_row.hpp"
#include "headstock/detail/row.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace headstock {

namespace detail {
/// True: a compiler shows the name where it is given an overloaded function.
template <class F>
concept PickOneByOverload = true;
} // namespace detail

/// A row: `Function` is a member function of the handler, or a free function that takes it first.
/// The forms of the constructor are Path's.  An overloaded member needs `overload`.
template <detail::PickOneByOverload auto Function> // overload<its parameters>(&self::function)
struct on {
    Match match;

    /// A path, or a name with its namespace, or a stanza, a name and its namespace: see Path.
    consteval on(const char* path) : match{Path{path}} {} // NOLINT(google-explicit-constructor)
    consteval on(Path path) : match{path} {}              // NOLINT(google-explicit-constructor)
    consteval on(std::string_view local, std::string_view ns) : match{Path{local, ns}} {}
    consteval on(std::string_view stanza, std::string_view local, std::string_view ns)
        : match{Path{stanza, local, ns}} {}
    /// For a diagnostic: there is no row without a path.
    template <bool given = false>
    consteval on() : match{Path{"message"}} {
        static_assert(given,
                      "headstock: a row needs a path (for a payload the stanza will do, as in "
                      "on<&self::f>('iq@type=get'))");
    }

    /// Called for the first match only, then removed.
    consteval on once() const {
        on row = *this;
        row.match.once = true;
        return row;
    }
    /// Called at the end of the stanza, once it is known to be well-formed to its end.
    consteval on whole() const {
        on row = *this;
        row.match.whole = true;
        return row;
    }
    /// Called on a thread of the client's workers, rule 11.  It takes its element or payload by
    /// value.  With once() the first match counts, whether its payload parses or not.
    consteval on threaded() const {
        on row = *this;
        row.match.threaded = true;
        return row;
    }
    // A row says once whose stanzas it takes.
    /// From our bare JID, or without `from`: so not from our account's other clients.
    consteval on from_account() const { return from(Sender::account); }
    /// From nobody of our own account, in any of its resources; on a component from no address in
    /// its domain.  For rows that answer messages: a client that answers itself never ends.
    consteval on from_others() const { return from(Sender::others); }
    consteval on from_server() const { return from(Sender::server); } ///< From our server's domain.
    /// Sender::anyone: rule 5 off.
    consteval on from_anyone() const { return from(Sender::anyone); }
    /// From this address: a bare JID takes each of its full JIDs too, a full one itself only.
    /// `jid` must be written as the server writes it, ASCII case aside.
    consteval on from(std::string_view jid) const {
        check_sender();
        on row = *this; // clang 14 refuses from(Sender::jid) here
        row.match.sender = Sender::jid;
        row.match.jid = jid;
        return row;
    }

private:
    consteval void check_sender() const {
        if (match.sender != Sender::usual)
            throw "headstock: a row says once whose stanzas it takes";
    }
    consteval on from(Sender sender) const {
        check_sender();
        on row = *this;
        row.match.sender = sender;
        return row;
    }
};

/// A row for an event: `Function` is called with each value of the type it takes that is emitted
/// (ClientApi::emit), as on_event<&self::started>() for `void started(const SessionStarted&)`.
template <detail::PickOneByOverload auto Function> // overload<its parameters>(&self::function)
struct on_event {};

/// Picks one of several functions of the same name by its parameters:
/// `on<overload<const Element&>(&self::contact)>("item", ns::roster)`.
template <class... A>
struct Overload {
    template <class R, class C>
    /// The function of these parameters.
    consteval auto operator()(R (C::*function)(A...)) const {
        return function;
    }
    template <class R, class C>
    consteval auto operator()(R (C::*function)(A...) const) const {
        return function;
    }
};
template <class... A>
inline constexpr Overload<A...> overload{}; ///< See Overload.

namespace detail {
template <class R>
inline constexpr bool is_element_row = false;
template <auto Function>
inline constexpr bool is_element_row<on<Function>> = true;
template <class R>
inline constexpr bool is_event_row = false;
template <auto Function>
inline constexpr bool is_event_row<on_event<Function>> = true;
} // namespace detail

/// The rows of one table: on<> and on_event<>.
template <class... Rows>
constexpr auto handlers(Rows... rows) {
    static_assert(sizeof...(Rows) > 0, "headstock: an empty handler table");
    constexpr bool are_rows = ((detail::is_element_row<Rows> || detail::is_event_row<Rows>)&&...);
    static_assert(are_rows,
                  "headstock: a handler table is made of on<...>(...) and on_event<...>()");
    if constexpr (are_rows) {
        return std::tuple<Rows...>{rows...};
    } else {
        return std::tuple<>{}; // in a program that does not compile
    }
}

/// Form D: specialise it for a type of someone else's.
struct NoTable {};
template <class T>
inline constexpr NoTable handlers_of{}; ///< The trait of form D.

namespace detail {

template <class T>
concept TraitTable = !std::same_as<std::remove_cvref_t<decltype(handlers_of<T>)>, NoTable>;
template <class T>
concept FriendTable = requires(T* object) {
    headstock_handlers(object);
};
template <class T>
concept OwnTable = requires {
    T::handlers();
};
template <class T>
concept HasTable = TraitTable<T> || FriendTable<T> || OwnTable<T>;
/// The rows that a macro has made could be compiled.
template <class T>
concept FriendRows = requires(T* object) {
    requires !std::is_void_v<decltype(headstock_handlers(object)())>;
};

template <class T>
consteval auto find_table() {
    if constexpr (TraitTable<T>) {
        return handlers_of<T>;
    } else if constexpr (FriendTable<T>) {
        return headstock_handlers(static_cast<T*>(nullptr))();
    } else {
        return T::handlers();
    }
}

/// A table without a mistake of its own.  What is wrong with one that a macro has made has been
/// said where it stands, and is not said again by what uses it.
template <class T>
concept SoundTable = TraitTable<T> || !FriendTable<T> || (FriendRows<T> && requires {
                         typename std::bool_constant<(static_cast<void>(find_table<T>()), true)>;
                     });

// What a row of a table is to its kind: one element of the array, or none.
template <class T, auto Function>
constexpr auto element_rows(const on<Function>& row) {
    return std::array<Row, 1>{make_row<T, Function>(row.match)};
}
template <class T, auto Function>
constexpr auto element_rows(const on_event<Function>&) {
    return std::array<Row, 0>{};
}
template <class T, auto Function>
constexpr auto event_rows(const on<Function>&) {
    return std::array<EventRow, 0>{};
}
template <class T, auto Function>
constexpr auto event_rows(const on_event<Function>&) {
    return std::array<EventRow, 1>{make_event_row<T, Function>()};
}

/// Whether a function of type `F` can be called by a client of type `Client`.
template <class Client, class F>
consteval bool suits_client() {
    if constexpr (HandlerFunction<F>) {
        using S = Shape<F>;
        return S::template suits<Client>(std::make_index_sequence<S::count>{});
    } else {
        return true; // make_row has the words
    }
}
template <class Client, class R>
inline constexpr bool row_suits = true;
template <class Client, auto Function>
inline constexpr bool
    row_suits<Client, on<Function>> = suits_client<Client, std::remove_cv_t<decltype(Function)>>();
/// Whether each row of a table can.
template <class Client, class T>
inline constexpr bool table_suits = false;
template <class Client, class... Rows>
inline constexpr bool table_suits<Client, std::tuple<Rows...>> = (row_suits<Client, Rows> && ...);

template <class R, std::size_t... N>
constexpr auto joined(const std::array<R, N>&... parts) {
    return std::apply([](const auto&... row) { return std::array<R, sizeof...(row)>{row...}; },
                      std::tuple_cat(parts...));
}

template <class T, class... Rows>
constexpr auto make_rows(const std::tuple<Rows...>& table) {
    return std::apply([](const auto&... row) { return joined<Row>(element_rows<T>(row)...); },
                      table);
}
template <class T, class... Rows>
constexpr auto make_events(const std::tuple<Rows...>& table) {
    return std::apply([](const auto&... row) { return joined<EventRow>(event_rows<T>(row)...); },
                      table);
}

/// The rows of objects registered as `T`, made at compile time.
template <HasTable T>
inline constexpr auto rows_of = make_rows<T>(find_table<T>());
template <HasTable T>
inline constexpr auto events_of = make_events<T>(find_table<T>());

/// Some row of `T` calls a function of this name.
template <HasTable T>
consteval bool has_row_for(std::string_view function) {
    const auto is_it = [function](const auto& row) {
        const auto at = row.name.rfind("::");
        return at != row.name.npos && row.name.substr(at + 2).starts_with(function);
    };
    return std::any_of(rows_of<T>.begin(), rows_of<T>.end(), is_it) ||
           std::any_of(events_of<T>.begin(), events_of<T>.end(), is_it);
}

} // namespace detail
} // namespace headstock

/// Forms A and B.  It only names the class `self` and brings `on`, `on_event` and `overload`.  The
/// table stands in a lambda, or g++ would say of a mistake in it also that the function has no
/// result; which is called, or clang 19 would say nothing.
#define HEADSTOCK_HANDLERS(Type, ...)                                                              \
    constexpr auto headstock_handlers(Type*) {                                                     \
        struct headstock_here;                                                                     \
        static_assert(!headstock::detail::macro_place::MissesHandlers<Type, headstock_here>,       \
                      "headstock: HEADSTOCK_HANDLERS(" #Type                                       \
                      ", ...) must stand in the namespace of its class, or as a friend in it");    \
        constexpr auto headstock_table = [] {                                                      \
            using self [[maybe_unused]] = Type;                                                    \
            using headstock::on;                                                                   \
            using headstock::on_event;                                                             \
            using headstock::overload;                                                             \
            return headstock::handlers(__VA_ARGS__);                                               \
        };                                                                                         \
        static_cast<void>(headstock_table());                                                      \
        return headstock_table;                                                                    \
    }
