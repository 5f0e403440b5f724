// Handler tables: which functions of a plain object are called for which elements.
//
// THE DISPATCH CONTRACT
//  1. Rows see stanzas and what is inside them, after the session is bound.  Stream features, stream
//     errors and negotiation belong to the session.
//  2. `message`, `presence` and `iq` match as stanzas only.  Other names match at any depth, but not
//     inside <forwarded/> (XEP-0297) unless the path goes through it.  A row that names no type does not
//     get type='error'.  No type means normal (message) or available (presence); no `from` means our
//     own account.
//  3. The signature says what is built.  First parameter: `const Tag&` (name and attributes),
//     `const Element&` (the subtree), `Element` (a copy to keep), or a payload (payload.hpp): its type
//     names the last step of the path, and must agree with one that is spelled out.  Then, if wanted,
//     the stanza: `const Tag&` (free) or `const Element&` (built whole; the row runs at its end); for an
//     iq get or set a `Reply`; on type=error a `const StanzaError&`, which may also stand first.  An
//     ancestor is always a Tag (`parent()`), so no row sees more or less because of what another object
//     registered.
//  4. Inner before outer, in document order; within one name in order of registration; then iq
//     waiters.  A nested row runs as soon as its element is complete: the stanza may still break.
//     `.whole()` waits for the stanza's end.
//  5. Nobody forges.  An iq result or error that answers no request of ours, by id and sender, is
//     dropped and logged before any row.  Names that a specification ties to a sender (roster, carbons,
//     archive results, private data) reach rows from that sender only; `.from_anyone()` lifts it.
//     `.from_account()`, `.from_server()`, `.from(jid)` narrow any row.
//  6. All matching rows run.  An exception is caught in one place and given to `on_exception` with the
//     row's name; the others and the stream go on.
//  7. One answer.  In an iq get or set the first payload, `ok`, StanzaError, iq result or error
//     returned, or the first Reply taken, is the answer; later ones are logged.  Any other stanza
//     returned is sent as it is; an empty Element is nothing.  A payload may stand for an Element, and
//     an Answer<T> for a `T` or a StanzaError.  A row whose payload does not parse is not called, and
//     the log says why.  Unanswered at the iq's end it gets internal-server-error if a row threw,
//     bad-request naming the field if a payload did not parse, else service-unavailable (RFC 6120
//     8.2.3).  A void row on a guarded set (a roster push) counts as `ok`.  A result or an error is never
//     answered.
//  8. Rows added start with the next stanza; rows removed never run again.  A handler may unregister
//     itself or others, stop, or destroy the client: what it borrowed lives until it returns, run()
//     then gives operation_canceled.  The client's destructor calls no hook and touches no handler.
//  9. A request completes exactly once: answer, error, time-out, or the end of the session.
// 10. `ready` once per session (at once for an object registered later); `stopping`, `cleanup`,
//     `terminated` once, always, in this order.
//
// A table is made of on<> rows, in one of four ways:
//   A  beside the class:         HEADSTOCK_HANDLERS(Basic, on<&self::contact>("item", ns::roster))
//   B  inside it, for private handlers:   friend HEADSTOCK_HANDLERS(Basic, on<&self::contact>(...))
//   C  no macro, a static function of the class:
//          static constexpr auto handlers() { return headstock::handlers(headstock::on<&Basic::f>(...)); }
//   D  for a type that may not be changed, a trait beside it; free functions take the object first:
//          template <> inline constexpr auto headstock::handlers_of<Theirs> =
//              headstock::handlers(headstock::on<&log_contact>("item", ns::roster));
// A derived class inherits its base's table (A, B, C); a table of its own replaces it.  A closure needs
// no table: client.on("message@type=chat/body", [](const Element& body) { ... }).
#pragma once

#include "headstock/detail/row.hpp"
#include "headstock/detail/signature.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace headstock {

/// A row: `Function` is a member function of the handler, or a free function that takes it first.
/// The forms of the constructor are Path's.  An overloaded member needs `overload`.
template <auto Function>
struct on {
    Match match;

    consteval on(const char* path) : match{Path{path}} {} // NOLINT(google-explicit-constructor)
    consteval on(Path path) : match{path} {}              // NOLINT(google-explicit-constructor)
    consteval on(std::string_view local, std::string_view ns) : match{Path{local, ns}} {}
    consteval on(std::string_view stanza, std::string_view local, std::string_view ns)
        : match{Path{stanza, local, ns}} {}

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
    consteval on from_account() const { return from(Sender::account); }
    consteval on from_server() const { return from(Sender::server); }
    consteval on from_anyone() const { return from(Sender::anyone); }
    /// From this address only; `jid` must be written as the server writes it (lower case).
    consteval on from(std::string_view jid) const {
        on row = *this; // clang 14 refuses from(Sender::jid) here
        row.match.sender = Sender::jid;
        row.match.jid = jid;
        return row;
    }

private:
    consteval on from(Sender sender) const {
        on row = *this;
        row.match.sender = sender;
        return row;
    }
};

/// Picks one of several functions of the same name by its parameters:
/// `on<overload<const Element&>(&self::contact)>("item", ns::roster)`.
template <class... A>
struct Overload {
    template <class R, class C>
    consteval auto operator()(R (C::*function)(A...)) const {
        return function;
    }
    template <class R, class C>
    consteval auto operator()(R (C::*function)(A...) const) const {
        return function;
    }
};
template <class... A>
inline constexpr Overload<A...> overload{};

/// The rows of one table.
template <auto... Functions>
consteval auto handlers(on<Functions>... rows) {
    static_assert(sizeof...(Functions) > 0, "headstock: an empty handler table");
    return std::tuple{rows...};
}

/// Form D: specialise it for a type of someone else's.
struct NoTable {};
template <class T>
inline constexpr NoTable handlers_of{};

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

template <class T>
consteval auto find_table() {
    if constexpr (TraitTable<T>) {
        return handlers_of<T>;
    } else if constexpr (FriendTable<T>) {
        return headstock_handlers(static_cast<T*>(nullptr));
    } else {
        return T::handlers();
    }
}

template <class T, auto... Functions>
constexpr auto make_rows(const std::tuple<on<Functions>...>& table) {
    return std::apply(
        [](const auto&... row) {
            return std::array<Row, sizeof...(row)>{make_row<T, Functions>(row.match)...};
        },
        table);
}

/// The rows of objects registered as `T`, made at compile time.
template <HasTable T>
inline constexpr auto rows_of = make_rows<T>(find_table<T>());

} // namespace detail
} // namespace headstock

/// Forms A and B.  One expression deep: it only names the class `self` and brings `on` and `overload`.
#define HEADSTOCK_HANDLERS(Type, ...)                                                              \
    constexpr auto headstock_handlers(Type*) {                                                     \
        using self [[maybe_unused]] = Type;                                                        \
        using headstock::on;                                                                       \
        using headstock::overload;                                                                 \
        return headstock::handlers(__VA_ARGS__);                                                   \
    }
