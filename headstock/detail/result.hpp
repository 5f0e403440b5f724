// What a handler may give back, and how the dispatcher takes it.
#pragma once

#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/row.hpp"

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace headstock::detail {

template <class R>
inline constexpr bool is_optional = false;
template <class R>
inline constexpr bool is_optional<std::optional<R>> = true;
template <class R>
inline constexpr bool is_payload_list = false;
template <Payload R>
inline constexpr bool is_payload_list<std::vector<R>> = true;

template <class V>
inline constexpr bool answers_an_iq = false;
template <class T>
inline constexpr bool answers_an_iq<Answer<T>> = can_be_asked_for<T>();

/// It is the reply to a Message that was taken.
template <class R>
inline constexpr bool is_message = std::same_as<std::remove_cvref_t<R>, Message> ||
                                   std::same_as<std::remove_cvref_t<R>, std::optional<Message>>;

/// `answer` to `asked`: what names nobody, and what was `asked` itself, goes to the sender.
HEADSTOCK_API Outcome reply_outcome(const Message& asked, const Message& answer);

template <class R>
consteval bool valid_result() {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return valid_result<typename V::value_type>();
    } else {
        return std::is_void_v<R> || std::same_as<V, Element> ||
               std::same_as<V, std::vector<Element>> || std::same_as<V, StanzaError> ||
               std::same_as<V, Ok> || answers_an_iq<V> || is_payload_list<V> || Payload<V>;
    }
}

template <class R>
Outcome outcome(R&& result) {
    using V = std::remove_cvref_t<R>;
    if constexpr (is_optional<V>) {
        return result ? outcome(*std::forward<R>(result)) : Outcome{};
    } else if constexpr (is_answer<V>) {
        if (!result) return result.as_refusal();
        auto given = outcome(*std::forward<R>(result));
        return std::holds_alternative<std::monostate>(given) ? Outcome{ok} : std::move(given);
    } else if constexpr (std::same_as<V, Element>) {
        return result ? Outcome{std::forward<R>(result)} : Outcome{}; // an empty element is nothing
    } else if constexpr (is_payload_list<V>) {
        std::vector<Element> elements;
        for (const auto& each : result) elements.push_back(to_element(each));
        return elements;
    } else if constexpr (Payload<V>) {
        return to_element(result);
    } else {
        return Outcome{std::forward<R>(result)};
    }
}

} // namespace headstock::detail
