// One row of a handler table that is called for an event: for a value of one type.
#pragma once

#include "headstock/detail/signature.hpp"

#include <cstddef>
#include <functional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>

namespace headstock::detail {

struct EventRow {
    const std::type_info* event = nullptr; ///< Of its type; compared as a type_info, since every
                                           ///< shared library may have one of its own.
    std::string_view name{};               ///< For reports: the function's name.
    void (*call)(void* object, const void* event) = nullptr;
};

/// `const E&` or `E`.
template <class A>
consteval bool check_event_parameter() {
    constexpr bool fits =
        std::is_class_v<std::remove_cvref_t<A>> && (borrows<A> || !std::is_reference_v<A>);
    static_assert(fits,
                  "headstock: a handler of events takes an object of some class, as const E& or E");
    constexpr bool copied = std::is_reference_v<A> || std::is_copy_constructible_v<A>;
    static_assert(!fits || copied,
                  "headstock: a handler takes an event that cannot be copied as const E&");
    return fits && copied;
}

/// What a function for events takes: the event, and nothing else; it returns nothing.
template <class F>
consteval bool check_event_shape() {
    using arguments = typename Signature<F>::arguments;
    constexpr auto count = std::tuple_size_v<arguments>;
    constexpr bool nothing = std::is_void_v<typename Signature<F>::result>;
    static_assert(count == 1, "headstock: a handler of events takes the event and nothing else");
    static_assert(count != 1 || nothing, "headstock: a handler of events returns nothing");
    if constexpr (count != 1 || !nothing) {
        return false;
    } else {
        return check_event_parameter<std::tuple_element_t<0, arguments>>();
    }
}

template <class F>
using EventOf = std::remove_cvref_t<std::tuple_element_t<0, typename Signature<F>::arguments>>;

template <class T, auto Function>
constexpr EventRow make_checked_event_row() {
    using E = EventOf<std::remove_cv_t<decltype(Function)>>;
    return {&typeid(E), function_name<Function>(), [](void* object, const void* event) {
                std::invoke(Function, *static_cast<T*>(object), *static_cast<const E*>(event));
            }};
}

/// The row of `Function` for objects registered as `T`.
template <class T, auto Function>
constexpr EventRow make_event_row() {
    using F = std::remove_cv_t<decltype(Function)>;
    if constexpr (check_function<F, T>()) {
        if constexpr (check_event_shape<F>()) return make_checked_event_row<T, Function>();
    }
    return {}; // in a program that does not compile
}

template <class F>
constexpr EventRow make_checked_event_closure_row() {
    using E = EventOf<decltype(&F::operator())>;
    return {&typeid(E), "a closure", [](void* object, const void* event) {
                (*static_cast<F*>(object))(*static_cast<const E*>(event));
            }};
}

/// The row of a closure of type `F`, which the object pointer points to.
template <class F>
constexpr EventRow make_event_closure_row() {
    if constexpr (check_closure<F>()) {
        if constexpr (check_event_shape<decltype(&F::operator())>())
            return make_checked_event_closure_row<F>();
    }
    return {}; // in a program that does not compile
}

template <class F>
inline constexpr EventRow event_closure_row = make_event_closure_row<F>();

} // namespace headstock::detail
