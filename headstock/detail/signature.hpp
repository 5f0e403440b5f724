// Reads a handler's signature at compile time: what it takes, what it gives back, how to call it.
//
// The only place that knows which parameters and results a handler may have.
#pragma once

#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/result.hpp"
#include "headstock/detail/row.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace headstock::detail {

template <class C, class R, class... A>
struct Callable {
    using owner = C;
    using result = R;
    using arguments = std::tuple<A...>;
};

template <class F>
struct Signature;
template <class R, class C, class... A>
struct Signature<R (C::*)(A...)> : Callable<C, R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Callable<C, R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) noexcept> : Callable<C, R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Callable<C, R, A...> {};
// A free function takes the object first: for types that may not be changed.
template <class R, class C, class... A>
struct Signature<R (*)(C&, A...)> : Callable<C, R, A...> {};
template <class R, class C, class... A>
struct Signature<R (*)(C&, A...) noexcept> : Callable<C, R, A...> {};

template <class F>
concept HandlerFunction = requires {
    typename Signature<F>::arguments;
};

/// `F` can stand in the table of `T`, whatever its parameters.
template <class F, class T>
concept FunctionOf = HandlerFunction<F> && std::convertible_to<T*, typename Signature<F>::owner*>;
template <class F, class T>
consteval bool check_function() {
    static_assert(
        HandlerFunction<F>,
        "headstock: a row is for a member function without & behind it, or a free one that "
        "takes the object first, as a reference (a closure is for client.on)");
    static_assert(!HandlerFunction<F> || FunctionOf<F, T>,
                  "headstock: a function of another class stands in this handler table");
    return true;
}

template <class F>
concept Closure = HandlerFunction<decltype(&F::operator())>;
template <class F>
consteval bool check_closure() {
    static_assert(Closure<F>,
                  "headstock: give a closure whose parameters are written out: no auto, "
                  "no std::bind, and a lambda around a function");
    return true;
}

template <class A>
inline constexpr bool borrows =
    std::is_lvalue_reference_v<A>&& std::is_const_v<std::remove_reference_t<A>>;
template <class A>
inline constexpr bool takes_tag = borrows<A>&& std::same_as<std::remove_cvref_t<A>, Tag>;
template <class A>
inline constexpr bool takes_element = std::same_as<std::remove_cvref_t<A>, Element> &&
                                      (borrows<A> || !std::is_reference_v<A>);
template <class A>
inline constexpr bool takes_reply = std::same_as<A, Reply>;
/// The error in a stanza of type error.
template <class A>
inline constexpr bool takes_error = std::same_as<std::remove_cvref_t<A>, StanzaError> &&
                                    (borrows<A> || !std::is_reference_v<A>);
/// The client that calls: as what every client is, or as what it is itself.
template <class C>
concept ClientType = std::same_as<C, ClientApi> ||
    (requires { sizeof(C); } && std::is_base_of_v<ClientApi, C>);
template <class A>
inline constexpr bool takes_client =
    std::is_lvalue_reference_v<A>&& ClientType<std::remove_reference_t<A>>;
/// The whole stanza as a value; message.hpp.
template <class A>
inline constexpr bool takes_message = std::same_as<std::remove_cvref_t<A>, Message> &&
                                      (borrows<A> || !std::is_reference_v<A>);
template <class A>
inline constexpr bool takes_payload = Payload<std::remove_cvref_t<A>> &&
                                      (borrows<A> || !std::is_reference_v<A>);

/// The first argument, when it need not be read.
template <class A>
decltype(auto) first_argument(const Given& given) {
    if constexpr (takes_tag<A>) {
        return static_cast<const Tag&>(given.element);
    } else if constexpr (takes_error<A>) {
        return StanzaError::of(given.element);
    } else {
        return static_cast<const Element&>(given.element);
    }
}

template <class A>
decltype(auto) later_argument(const Given& given) {
    if constexpr (takes_reply<A>) {
        return given.caller.take_reply();
    } else if constexpr (takes_tag<A>) {
        return static_cast<const Tag&>(given.stanza_tag);
    } else if constexpr (takes_error<A>) {
        return StanzaError::of(*given.stanza);
    } else if constexpr (takes_client<A>) {
        return static_cast<A>(*given.client);
    } else {
        return static_cast<const Element&>(*given.stanza);
    }
}

/// Properties of a handler's parameter list; check_shape gives a misuse its words.
template <class F>
struct Shape;
template <HandlerFunction F>
struct Shape<F> {
    using result = typename Signature<F>::result;
    using arguments = typename Signature<F>::arguments;
    static constexpr std::size_t count = std::tuple_size_v<arguments>;
    template <std::size_t I>
    using argument_at = std::tuple_element_t<I, arguments>;

    template <std::size_t... I>
    static consteval bool later_are_valid(std::index_sequence<I...>) {
        return ((takes_tag<argument_at<I + 1>> || takes_element<argument_at<I + 1>> ||
                 takes_reply<argument_at<I + 1>> || takes_error<argument_at<I + 1>> ||
                 takes_client<argument_at<I + 1>>)&&...);
    }
    template <std::size_t... I>
    static consteval std::size_t clients(std::index_sequence<I...>) {
        return (std::size_t{takes_client<argument_at<I>>} + ... + 0);
    }
    // Whether a client of the type `Client` is what each parameter for a client takes.
    template <class Client, std::size_t... I>
    static consteval bool suits(std::index_sequence<I...>) {
        return (
            (!takes_client<argument_at<I>> || std::is_convertible_v<Client&, argument_at<I>>)&&...);
    }
    template <std::size_t... I>
    static consteval std::size_t later_stanzas(std::index_sequence<I...>) {
        return (std::size_t{takes_tag<argument_at<I + 1>> || takes_element<argument_at<I + 1>>} +
                ... + 0);
    }
    template <std::size_t... I>
    static consteval bool later_element(std::index_sequence<I...>) {
        return ((takes_element<argument_at<I + 1>> || takes_error<argument_at<I + 1>>) || ...);
    }
    // What is made anew for each call: an Element of its own, or what the stanza's error says.
    template <std::size_t... I>
    static consteval bool later_copy(std::index_sequence<I...>) {
        return (((takes_element<argument_at<I + 1>> && !borrows<argument_at<I + 1>>) ||
                 takes_error<argument_at<I + 1>>) ||
                ...);
    }
    template <std::size_t... I>
    static consteval std::size_t replies(std::index_sequence<I...>) {
        return (std::size_t{takes_reply<argument_at<I>>} + ... + 0);
    }
    template <std::size_t... I>
    static consteval bool errors(std::index_sequence<I...>) {
        return (takes_error<argument_at<I>> || ...);
    }

    // A handler without parameters is given its words by check_shape, so this must not fail before.
    using first = typename std::
        tuple_element<0, std::conditional_t<count == 0, std::tuple<void>, arguments>>::type;
    using later = std::make_index_sequence<count == 0 ? 0 : count - 1>;
    static constexpr bool subtree =
        takes_element<first> || takes_error<first> || takes_payload<first> || takes_message<first>;
    /// It is read from the element, which may be none.
    static constexpr bool reads = takes_payload<first> || takes_message<first>;
    static constexpr bool stanza = later_element(later{});
    static constexpr bool error = errors(std::make_index_sequence<count>{});
    static constexpr bool reply = replies(std::make_index_sequence<count>{}) == 1;
    static constexpr bool client = clients(std::make_index_sequence<count>{}) > 0;
    static constexpr bool nothing = std::is_void_v<result>;
    static constexpr bool copies_stanza = later_copy(later{});
    static constexpr bool keeps =
        !std::is_reference_v<first>; ///< What it is called with is its own.
};

/// A call has a copy of its element made, or of elements in it.
template <class F>
consteval bool copies_element() {
    using first = typename Shape<F>::first;
    if constexpr (takes_payload<first>) {
        return keeps_elements<std::remove_cvref_t<first>>();
    } else {
        return takes_message<first> || (takes_element<first> && !borrows<first>);
    }
}

template <class F>
consteval bool check_shape() {
    using S = Shape<F>;
    static_assert(
        S::count >= 1,
        "headstock: a handler takes at least the element (const Tag&, const Element& or Element)");
    using first = typename S::template argument_at<0>;
    static_assert(
        takes_tag<first> || takes_element<first> || takes_error<first> || S::reads,
        "headstock: a handler's first parameter is const Tag&, const Element& or Element, "
        "a payload (T or const T&), a headstock::Message (or const Message&), or on type=error "
        "const StanzaError&");
    constexpr auto later = std::make_index_sequence<S::count - 1>{};
    static_assert(S::later_are_valid(later),
                  "headstock: after the element a handler may take the stanza (const Tag& or const "
                  "Element&), a Reply and its client (ClientApi& or the client's own type, whose "
                  "header must be included), on type=error also the StanzaError");
    static_assert(S::clients(std::make_index_sequence<S::count>{}) <= 1,
                  "headstock: a handler takes its client once");
    static_assert(S::later_stanzas(later) <= 1, "headstock: a handler takes the stanza once");
    static_assert(S::replies(std::make_index_sequence<S::count>{}) <= 1,
                  "headstock: a handler takes one Reply");
    static_assert(valid_result<typename S::result>(),
                  "headstock: a handler returns nothing, an Element, an optional or vector of "
                  "Elements, a StanzaError or ok, "
                  "a payload or a Message in the place of an Element, or an Answer");
    return true;
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

/// Calls `function` on `object` with what its parameters ask for; not when that is a payload or a
/// Message and the element does not read as one.
template <class F, class Object>
Outcome invoke(const F& function, Object& object, const Given& given) {
    using S = Shape<F>;
    using first = typename S::first;
    if constexpr (takes_message<first>) {
        PayloadError why;
        auto message = read_message<std::remove_cvref_t<first>>(given, why);
        if (!message) return why;
        return detail::call(function, object, given, *std::move(message));
    } else if constexpr (takes_payload<first>) {
        auto payload = from_element<std::remove_cvref_t<first>>(given.element);
        if (!payload) return payload.error();
        return detail::call(function, object, given, *std::move(payload));
    } else {
        return detail::call(function, object, given, first_argument<first>(given));
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
            return invoke(Function, *static_cast<T*>(object), given);
        };
    }
    return call;
}

/// The words of a template argument as the compiler prints it: "&Basic::message".
template <auto F>
constexpr std::string_view function_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("F = ") + 4);
    return text.substr(0, text.find_first_of(";]"));
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
    row.copies_element = match.threaded || copies_element<F>();
    row.copies_stanza = S::copies_stanza || (match.threaded && S::stanza);
    row.call = call;
    return row;
}

template <class T, auto Function>
constexpr Row make_checked_row(const Match& match) {
    using F = std::remove_cv_t<decltype(Function)>;
    using S = Shape<F>;
    static_assert(check_shape<F>());
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
    static_assert(check_function<F, T>());
    if constexpr (FunctionOf<F, T>) {
        return make_checked_row<T, Function>(match);
    } else {
        return Row{match, {}};
    }
}

template <Closure F>
Row make_checked_closure_row(const Match& match) {
    using S = Shape<decltype(&F::operator())>;
    static_assert(check_shape<decltype(&F::operator())>());
    static_assert(S::template suits<ClientApi>(std::make_index_sequence<S::count>{}),
                  "headstock: a closure takes its client as headstock::ClientApi&");
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
    static_assert(check_closure<F>());
    if constexpr (Closure<F>) {
        return make_checked_closure_row<F>(match);
    } else {
        return Row{match, {}};
    }
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
