// What a handler's signature must know of payloads: how to tell one, and what it is called.
//
// It is all that handlers.hpp includes: a program without payloads pays for these declarations
// only.
#pragma once

#include "bridge/element.hpp"

#include <concepts>
#include <type_traits>

namespace headstock {

using bridge::Element;

/// Specialise it for a type of someone else's; see payload.hpp.
struct NoPayload {};
template <class T>
inline constexpr NoPayload payload_of{};

template <class T>
class Parsed;
template <class T>
class Answer;

namespace detail {

template <class T, class... Fields>
struct PayloadTable;

template <class Table>
inline constexpr bool is_payload_table = false;
template <class T, class... Fields>
inline constexpr bool is_payload_table<PayloadTable<T, Fields...>> = true;

template <class T>
concept TraitPayload = !std::same_as<std::remove_cvref_t<decltype(payload_of<T>)>, NoPayload>;
template <class T>
concept FriendPayload = requires(T* value) {
    headstock_payload(value);
};
/// The table that a macro has made could be compiled.
template <class T>
concept SoundPayload = requires(T* value) {
    requires is_payload_table<decltype(headstock_payload(value)())>;
    typename std::bool_constant<(static_cast<void>(headstock_payload(static_cast<T*>(nullptr))()),
                                 true)>;
};
template <class T>
concept OwnPayload = requires {
    requires is_payload_table<decltype(T::payload())>;
};

} // namespace detail

/// A type that a table describes as an element.
template <class T>
concept Payload = std::is_class_v<T> &&
    (detail::TraitPayload<T> || detail::FriendPayload<T> || detail::OwnPayload<T>);

template <Payload T>
Element to_element(const T& value);
template <Payload T>
Parsed<T> from_element(const Element& element);

namespace detail {

template <Payload T>
consteval auto find_payload() {
    if constexpr (TraitPayload<T>) {
        return payload_of<T>;
    } else if constexpr (SoundPayload<T>) {
        return headstock_payload(static_cast<T*>(nullptr))();
    } else if constexpr (FriendPayload<T>) {
        return PayloadTable<T>{}; // in a program that does not compile
    } else {
        return T::payload();
    }
}

/// The table of `T`, made at compile time.
template <Payload T>
inline constexpr auto payload_table = find_payload<T>();

/// Some field of `T`, or of a payload in it, holds Elements: to read a T copies them.
template <Payload T>
consteval bool keeps_elements();

template <class V>
inline constexpr bool is_answer = false;
template <class T>
inline constexpr bool is_answer<Answer<T>> = true;

} // namespace detail
} // namespace headstock
