// Reads a handler's signature at compile time: what it takes, what it gives back, how to call it.
//
// The only place that knows which parameters and results a handler may have.
#pragma once

#include "headstock/detail/row.hpp"

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace headstock::detail {

template <class R, class... A>
struct Callable {
    using result = R;
    using arguments = std::tuple<A...>;
};

template <class F>
struct Signature;
template <class R, class C, class... A>
struct Signature<R (C::*)(A...)> : Callable<R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Callable<R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) noexcept> : Callable<R, A...> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Callable<R, A...> {};
// A free function takes the object first: for types that may not be changed.
template <class R, class C, class... A>
struct Signature<R (*)(C&, A...)> : Callable<R, A...> {};
template <class R, class C, class... A>
struct Signature<R (*)(C&, A...) noexcept> : Callable<R, A...> {};

template <class F>
concept HandlerFunction = requires {
    typename Signature<F>::arguments;
};

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

template <class R>
inline constexpr bool is_optional = false;
template <class R>
inline constexpr bool is_optional<std::optional<R>> = true;

template <class R>
consteval bool valid_result() {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return valid_result<typename V::value_type>();
    } else {
        return std::is_void_v<R> || std::same_as<V, Element> ||
               std::same_as<V, std::vector<Element>> || std::same_as<V, StanzaError> ||
               std::same_as<V, Ok>;
    }
}

template <class R>
Outcome outcome(R&& result) {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return result ? outcome(*std::forward<R>(result)) : Outcome{};
    } else if constexpr (std::same_as<V, Element>) {
        return result ? Outcome{std::forward<R>(result)} : Outcome{}; // an empty element is nothing
    } else {
        return Outcome{std::forward<R>(result)};
    }
}

template <class A, std::size_t I>
decltype(auto) argument(const Given& given) {
    if constexpr (takes_reply<A>) {
        return given.replies.take();
    } else if constexpr (I == 0 && takes_tag<A>) {
        return static_cast<const Tag&>(given.element);
    } else if constexpr (I == 0) {
        return static_cast<const Element&>(given.element);
    } else if constexpr (takes_tag<A>) {
        return static_cast<const Tag&>(given.stanza_tag);
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
    static constexpr std::size_t after_first =
        count == 0 ? 0 : count - 1; // no wrap: compilers would try
    template <std::size_t I>
    using argument_at = std::tuple_element_t<I, arguments>;

    template <std::size_t... I>
    static consteval bool later_are_valid(std::index_sequence<I...>) {
        return ((takes_tag<argument_at<I + 1>> || takes_element<argument_at<I + 1>> ||
                 takes_reply<argument_at<I + 1>>)&&...);
    }
    template <std::size_t... I>
    static consteval std::size_t later_stanzas(std::index_sequence<I...>) {
        return (std::size_t{takes_tag<argument_at<I + 1>> || takes_element<argument_at<I + 1>>} +
                ... + 0);
    }
    template <std::size_t... I>
    static consteval bool later_element(std::index_sequence<I...>) {
        return (takes_element<argument_at<I + 1>> || ...);
    }
    template <std::size_t... I>
    static consteval std::size_t replies(std::index_sequence<I...>) {
        return (std::size_t{takes_reply<argument_at<I>>} + ... + 0);
    }

    static constexpr bool subtree = takes_element<argument_at<0>>;
    static constexpr bool stanza = later_element(std::make_index_sequence<after_first>{});
    static constexpr bool reply = replies(std::make_index_sequence<count>{}) == 1;
    static constexpr bool nothing = std::is_void_v<result>;
};

template <class F>
consteval bool check_shape() {
    using S = Shape<F>;
    static_assert(
        S::count >= 1,
        "headstock: a handler takes at least the element (const Tag&, const Element& or Element)");
    using first = typename S::template argument_at<0>;
    static_assert(
        takes_tag<first> || takes_element<first>,
        "headstock: a handler's first parameter is const Tag&, const Element& or Element");
    constexpr auto later = std::make_index_sequence<S::after_first>{};
    static_assert(S::later_are_valid(later), "headstock: after the element a handler may take the "
                                             "stanza (const Tag& or const Element&) and a Reply");
    static_assert(S::later_stanzas(later) <= 1, "headstock: a handler takes the stanza once");
    static_assert(S::replies(std::make_index_sequence<S::count>{}) <= 1,
                  "headstock: a handler takes one Reply");
    static_assert(valid_result<typename S::result>(),
                  "headstock: a handler returns nothing, an Element, an optional or vector of "
                  "Elements, a StanzaError or ok");
    return true;
}

/// Calls `function` on `object` with what its parameters ask for.
template <class F, class Object>
Outcome invoke(F&& function, Object& object, const Given& given) {
    using S = Shape<std::remove_cvref_t<F>>;
    const auto call = [&]<std::size_t... I>(std::index_sequence<I...>)->decltype(auto) {
        return std::invoke(function, object,
                           argument<typename S::template argument_at<I>, I>(given)...);
    };
    if constexpr (S::nothing) {
        call(std::make_index_sequence<S::count>{});
        return {};
    } else {
        return outcome(call(std::make_index_sequence<S::count>{}));
    }
}

/// The words of a template argument as the compiler prints it: "&Basic::message".
template <auto F>
constexpr std::string_view function_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("F = ") + 4);
    return text.substr(0, text.find_first_of(";]"));
}

/// The row of `Function` for objects registered as `T`.  The object pointer is cast to T, never to the
/// class the function was declared in: a base may lie at another address.
template <class T, auto Function>
constexpr Row make_row(const Match& match) {
    using S = Shape<std::remove_cv_t<decltype(Function)>>;
    static_assert(check_shape<std::remove_cv_t<decltype(Function)>>());
    const bool request = match.path.type == StanzaType::get || match.path.type == StanzaType::set;
    if (request && S::nothing && !S::reply)
        throw "headstock: a handler of iq get or set returns the answer or takes a Reply";
    return Row{match,
               function_name<Function>(),
               S::subtree,
               S::stanza,
               S::nothing && !S::reply,
               [](void* object, const Given& given) {
                   return invoke(Function, *static_cast<T*>(object), given);
               }};
}

/// The row of a closure of type `F`, which the object pointer points to.
template <class F>
Row make_closure_row(const Match& match) {
    using S = Shape<decltype(&F::operator())>;
    static_assert(check_shape<decltype(&F::operator())>());
    return Row{match,
               "a closure",
               S::subtree,
               S::stanza,
               S::nothing && !S::reply,
               [](void* object, const Given& given) {
                   return invoke(&F::operator(), *static_cast<F*>(object), given);
               }};
}

} // namespace headstock::detail
