// Reads a handler's signature at compile time: what it takes and what it gives back.
//
// The only place that knows which parameters and results a handler may have; make_row.hpp calls it.
#pragma once

#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/result.hpp"
#include "headstock/detail/row.hpp"

#include <concepts>
#include <cstddef>
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
// Each check_ function says what is wrong, and whether all is well: what would be wrong in
// consequence is not looked at.
template <class F, class T>
consteval bool check_function() {
    static_assert(
        HandlerFunction<F>,
        "headstock: a row is for a member function without & behind it, or a free one that "
        "takes the object first, as a reference (a closure is for client.on)");
    static_assert(!HandlerFunction<F> || FunctionOf<F, T>,
                  "headstock: a function of another class stands in this handler table");
    return FunctionOf<F, T>;
}

template <class F>
concept Closure = HandlerFunction<decltype(&F::operator())>;
template <class F>
consteval bool check_closure() {
    constexpr bool named = Closure<F>; // apart, or g++ explains the concept by an error
    static_assert(named, "headstock: give a closure whose parameters are written out: no auto, "
                         "no std::bind, and a lambda around a function");
    return named;
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
consteval bool check_parameters() {
    using S = Shape<F>;
    using first = typename S::first;
    constexpr auto all = std::make_index_sequence<S::count>{};
    constexpr auto later = typename S::later{};
    constexpr bool first_fits =
        takes_tag<first> || takes_element<first> || takes_error<first> || S::reads;
    static_assert(
        first_fits,
        "headstock: a handler's first parameter is const Tag&, const Element& or Element, "
        "a payload (T or const T&), a headstock::Message (or const Message&), or on type=error "
        "const StanzaError&");
    constexpr bool later_fit = S::later_are_valid(later);
    static_assert(!first_fits || later_fit,
                  "headstock: after the element a handler may take the stanza (const Tag& or const "
                  "Element&), a Reply and its client (ClientApi& or the client's own type, whose "
                  "header must be included), on type=error also the StanzaError");
    constexpr bool once_each =
        S::clients(all) <= 1 && S::later_stanzas(later) <= 1 && S::replies(all) <= 1;
    static_assert(S::clients(all) <= 1, "headstock: a handler takes its client once");
    static_assert(S::later_stanzas(later) <= 1, "headstock: a handler takes the stanza once");
    static_assert(S::replies(all) <= 1, "headstock: a handler takes one Reply");
    return first_fits && later_fit && once_each;
}

template <class F>
consteval bool check_result() {
    using S = Shape<F>;
    constexpr bool message = is_message<typename S::result>;
    constexpr bool fits = message || valid_result<typename S::result>();
    static_assert(takes_message<typename S::first> || !message,
                  "headstock: a Message is returned by a handler that takes one; elsewhere return "
                  "its element()");
    static_assert(fits || is_answer<std::remove_cvref_t<typename S::result>>, // it has its words
                  "headstock: a handler returns nothing, an Element, an optional or vector of "
                  "Elements, a StanzaError or ok, "
                  "a payload in the place of an Element, or an Answer; where it takes a Message "
                  "also a Message");
    return fits && (takes_message<typename S::first> || !message);
}

template <class F>
consteval bool check_shape() {
    static_assert(
        Shape<F>::count >= 1,
        "headstock: a handler takes at least the element (const Tag&, const Element& or Element)");
    if constexpr (Shape<F>::count >= 1) {
        if constexpr (check_parameters<F>()) return check_result<F>();
    }
    return false;
}

/// The words of a template argument as the compiler prints it: "&Basic::message".
template <auto F>
constexpr std::string_view function_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("F = ") + 4);
    return text.substr(0, text.find_first_of(";]"));
}

} // namespace headstock::detail
