// Makes the row of a handler's function or of a closure: what it matches, and how it is called with
// what its signature asks for.
#pragma once

#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/result.hpp"
#include "headstock/detail/row.hpp"
#include "headstock/detail/signature.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace headstock::detail {

/// The first argument, when it need not be read: a reference to what Given refers to, or a value.
template <class A>
decltype(auto) first_argument(const Given& given) {
    if constexpr (takes_tag<A>) {
        return static_cast<const Tag&>(given.element);
    } else if constexpr (takes_error<A>) {
        return StanzaError::of(given.element);
    } else {
        return given.element;
    }
}

template <class A>
decltype(auto) later_argument(const Given& given) {
    if constexpr (takes_reply<A>) {
        return given.caller.take_reply();
    } else if constexpr (takes_tag<A>) {
        return given.stanza_tag;
    } else if constexpr (takes_error<A>) {
        return StanzaError::of(*given.stanza);
    } else if constexpr (takes_client<A>) {
        return static_cast<A>(*given.client);
    } else {
        return *given.stanza;
    }
}

template <class F, class Object, class First, std::size_t... I>
decltype(auto) apply(const F& function,
                     Object& object,
                     const Given& given,
                     First&& first,
                     std::index_sequence<I...>) {
    using S = Shape<F>;
    return std::invoke(function, object, std::forward<First>(first),
                       later_argument<typename S::template argument_at<I + 1>>(given)...);
}

template <class F, class Object, class First>
Outcome call(const F& function, Object& object, const Given& given, First&& first) {
    using S = Shape<F>;
    if constexpr (S::nothing) {
        detail::apply(function, object, given, std::forward<First>(first), typename S::later{});
        return {};
    } else {
        return outcome(detail::apply(function, object, given, std::forward<First>(first),
                                     typename S::later{}));
    }
}

template <class F, class Object, class M>
Outcome call_with_message(const F& function, Object& object, const Given& given, M&& message) {
    using S = Shape<F>;
    if constexpr (is_message<typename S::result>) {
        const auto asked = message;
        const std::optional<std::remove_cvref_t<M>> answer =
            detail::apply(function, object, given, std::forward<M>(message), typename S::later{});
        return answer ? reply_outcome(asked, *answer) : Outcome{};
    } else {
        return detail::call(function, object, given, std::forward<M>(message));
    }
}

/// Calls `function` on `object` with what its parameters ask for; not when that is a payload or a
/// Message and the element does not read as one.  Without an object it is read, and that is all.
template <class F, class Object>
Outcome invoke(const F& function, Object* object, const Given& given) {
    using S = Shape<F>;
    using first = typename S::first;
    if constexpr (takes_message<first>) {
        PayloadError why;
        auto message = read_message<std::remove_cvref_t<first>>(given, why);
        if (!message) return why;
        if (object == nullptr) return {};
        return call_with_message(function, *object, given, *std::move(message));
    } else if constexpr (takes_payload<first>) {
        auto payload = from_element<std::remove_cvref_t<first>>(given.element);
        if (!payload) return payload.error();
        if (object == nullptr) return {};
        return detail::call(function, *object, given, *std::move(payload));
    } else {
        return detail::call(function, *object, given, first_argument<first>(given));
    }
}

/// The object pointer is cast to T, never to the class the function was declared in: a base may lie
/// at another address.
template <class T, auto Function>
constexpr RowCall make_call() {
    using S = Shape<std::remove_cv_t<decltype(Function)>>;
    using first = typename S::first;
    RowCall call;
    if constexpr (S::nothing && !S::reads) { // always called, and that is all
        call.plain = [](void* object, const Given& given) {
            detail::apply(Function, *static_cast<T*>(object), given, first_argument<first>(given),
                          typename S::later{});
        };
    } else {
        call.full = [](void* object, const Given& given) {
            return invoke(Function, static_cast<T*>(object), given);
        };
    }
    return call;
}

// As an exception for a closure's row; for a table's, whose throw is a compile error, a name so
// short that the words stand in the line that clang shows.
using Wrong = std::invalid_argument;

/// The path of a row for a function of type `F`: a payload's type names the last step, or agrees
/// with it.
template <class F>
constexpr Path row_path(Path path) {
    using first = typename Shape<F>::first;
    if (Shape<F>::error && path.type != StanzaType::error)
        throw Wrong("headstock: only a row on type=error takes a StanzaError");
    if (takes_error<first> && path.inside_stanza())
        throw Wrong("headstock: a StanzaError is read from the stanza: end the path there");
    if (takes_message<first> && (path.inside_stanza() || path.step[0].local != "message"))
        throw Wrong("headstock: a Message is the whole stanza: its path is 'message'");
    if constexpr (takes_payload<first>) {
        constexpr auto name = payload_table<std::remove_cvref_t<first>>.name;
        static_assert(!Path::is_stream_level(name.ns),
                      "headstock: the session keeps stream-level elements to itself");
        if (path.last() == name) return path;
        if (path.inside_stanza())
            throw Wrong("headstock: the path ends in another element than the payload describes");
        path.step[path.steps++] = name;
    }
    return path;
}

template <class F>
constexpr Match row_match(Match match) {
    match.path = row_path<F>(match.path);
    return match;
}

/// The row of a function of type `F`.
template <class F>
constexpr Row make_row_of(const Match& match, std::string_view name, RowCall call) {
    using S = Shape<F>;
    Row row{match, name};
    row.wants_subtree = S::subtree;
    row.wants_stanza = S::stanza;
    row.returns_nothing = S::nothing && !S::reply;
    row.reads = S::reads;
    row.copies_element = match.threaded || copies_element<F>();
    row.copies_stanza = S::copies_stanza || (match.threaded && S::stanza);
    row.call = call;
    return row;
}

template <class T, auto Function>
constexpr Row make_checked_row(const Match& match) {
    using F = std::remove_cv_t<decltype(Function)>;
    using S = Shape<F>;
    const bool request = match.path.type == StanzaType::get || match.path.type == StanzaType::set;
    if (request && S::nothing && !S::reply)
        throw "headstock: a handler of iq get or set returns the answer or takes a Reply";
    if (match.threaded && !S::keeps)
        throw "headstock: a threaded handler takes its element by value";
    if (match.threaded && S::client) throw "headstock: a threaded handler may not take its client";
    return make_row_of<F>(row_match<F>(match), function_name<Function>(), make_call<T, Function>());
}

/// The row of `Function` for objects registered as `T`.  The object pointer is cast to T, never to
/// the class the function was declared in: a base may lie at another address.
template <class T, auto Function>
constexpr Row make_row(const Match& match) {
    using F = std::remove_cv_t<decltype(Function)>;
    if constexpr (check_function<F, T>()) {
        if constexpr (check_shape<F>()) return make_checked_row<T, Function>(match);
    }
    return Row{match, {}}; // in a program that does not compile
}

template <Closure F>
consteval bool check_closure_shape() {
    using Call = decltype(&F::operator());
    if constexpr (!check_shape<Call>()) {
        return false;
    } else {
        using S = Shape<Call>;
        constexpr bool suits = S::template suits<ClientApi>(std::make_index_sequence<S::count>{});
        static_assert(suits, "headstock: a closure takes its client as headstock::ClientApi&");
        return suits;
    }
}

template <Closure F>
Row make_checked_closure_row(const Match& match) {
    using S = Shape<decltype(&F::operator())>;
    if (match.threaded && S::client)
        throw Wrong("headstock: a threaded handler may not take its client");
    if (match.threaded && !S::keeps)
        throw Wrong("headstock: a threaded handler takes its element by value");
    return make_row_of<decltype(&F::operator())>(row_match<decltype(&F::operator())>(match),
                                                 "a closure", make_call<F, &F::operator()>());
}

/// The row of a closure of type `F`, which the object pointer points to.  Throws
/// std::invalid_argument where a table would not compile: its path is not known to the compiler.
template <class F>
Row make_closure_row(const Match& match) {
    if constexpr (check_closure<F>()) {
        if constexpr (check_closure_shape<F>()) return make_checked_closure_row<F>(match);
    }
    return Row{match, {}}; // in a program that does not compile
}

/// The same for a function that is called for whole stanzas only.
template <class F>
Row make_stanza_closure_row(const Match& match) {
    if constexpr (Closure<F>)
        static_assert(
            !takes_payload<typename Shape<decltype(&F::operator())>::first>,
            "headstock: this function is for whole stanzas, while a row of a table or on() takes "
            "a payload");
    return make_closure_row<F>(match);
}

} // namespace headstock::detail
