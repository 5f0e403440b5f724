// The table of a payload, and what is checked about it when the program is compiled.
#pragma once

#include "bridge/detail/ncname.hpp"
#include "bridge/element.hpp"
#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/payload_field.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace headstock::detail {

template <class T, class... Fields>
struct PayloadTable {
    bridge::Name name;
    std::tuple<Fields...> fields;
};

constexpr void check_name(std::string_view local) {
    if (local.empty()) throw "headstock: a payload or a field has an empty name";
    if (local.find(':') != local.npos)
        throw "headstock: give a local name and a namespace, not a prefix";
    if (bridge::detail::first_outside_name(local) != local.npos)
        throw "headstock: this is not the name of an element or attribute";
}

template <class F>
constexpr bool check_text_field() {
    using V = typename F::value;
    static_assert(!F::usual || !std::is_enum_v<V> || HasConversion<V>,
                  "headstock: an enum needs its words: .values({{\"word\", E::word}}), or "
                  "headstock::conversion_of<E>");
    static_assert(!F::usual || UsualValue<V> || std::is_enum_v<V>,
                  "headstock: this type has no text of its own; give .as(read, write), or "
                  "headstock::conversion_of<V>");
    return true;
}

template <class T, class F>
constexpr bool check_nested_field() {
    using V = typename F::value;
    static_assert(!std::same_as<V, T>,
                  "headstock: a payload cannot hold its own kind: take that child as an Element");
    static_assert(Payload<V> || std::same_as<V, bridge::Element> || std::same_as<V, T>,
                  "headstock: child<> is for a payload with a table, or an Element with its name");
    return true;
}

/// What is wrong with one field by its type.
template <class T, class F>
constexpr bool check_field() {
    using place = typename F::place_type;
    static_assert(std::is_base_of_v<typename F::owner, T>,
                  "headstock: a field of another class stands in this payload's table");
    static_assert(!F::is_const,
                  "headstock: a payload's field is filled when it is read, so it cannot be const");
    if constexpr (std::same_as<place, RestPlace>) {
        static_assert(std::same_as<typename F::member, std::vector<bridge::Element>>,
                      "headstock: rest<> fills a std::vector<bridge::Element>");
    } else if constexpr (std::same_as<place, FlagPlace>) {
        static_assert(std::same_as<typename F::member, bool>, "headstock: flag<> fills a bool");
    } else if constexpr (std::same_as<place, ChildPlace>) {
        check_nested_field<T, F>();
    } else {
        static_assert(!F::list || std::same_as<place, ChildTextPlace>,
                      "headstock: only child<> and child_text<> fill a std::vector");
        check_text_field<F>();
    }
    return true;
}

/// The field with its full name.
template <class F>
constexpr F resolved(F field, std::string_view ns) {
    using place = typename F::place_type;
    if constexpr (std::same_as<place, ChildPlace> && Payload<typename F::value>) {
        if (!field.place.name.local.empty())
            throw "headstock: child<>() of a payload takes no name: its table has one";
        field.place.name = payload_table<typename F::value>.name;
    } else if constexpr (is_child_place<place>) {
        if (field.place.name.ns.empty()) field.place.name.ns = ns;
    }
    if constexpr (is_child_place<place> || std::same_as<place, AttributePlace>)
        check_name(field.place.name.local);
    if (std::same_as<place, AttributePlace> && field.place.name.local == "xmlns")
        throw "headstock: xmlns is no attribute: the namespace stands beside a name";
    return field;
}

template <class Place, class... Fields>
inline constexpr std::size_t
    count_of = (std::size_t{std::same_as<typename Fields::place_type, Place>} + ... + 0);

template <class A, class B>
constexpr bool same_member() {
    if constexpr (std::same_as<decltype(A::pointer), decltype(B::pointer)>) {
        return A::pointer == B::pointer;
    } else {
        return false;
    }
}
template <class F, class... Fields>
inline constexpr std::size_t uses_of = (std::size_t{same_member<F, Fields>()} + ... + 0);

// The names of all fields with a place for which `Named` is true; empty ones for the others.
template <template <class> class Named, class... Fields>
constexpr auto names_of(const Fields&... fields) {
    return std::array<bridge::Name, sizeof...(Fields)>{
        Named<typename Fields::place_type>::value ? fields.place.name : bridge::Name{}...};
}
template <class Place>
using NamesAttribute = std::is_same<Place, AttributePlace>;
template <class Place>
using NamesChild = std::bool_constant<is_child_place<Place>>;

template <std::size_t N>
constexpr bool has_twice(const std::array<bridge::Name, N>& names) {
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = i + 1; j < N; ++j) {
            if (!names[i].local.empty() && names[i] == names[j]) return true;
        }
    }
    return false;
}

template <class F>
consteval bool field_keeps_elements() {
    using place = typename F::place_type;
    if constexpr (std::same_as<place, ChildPlace> && Payload<typename F::value>) {
        return keeps_elements<typename F::value>();
    } else {
        return std::same_as<place, RestPlace> || std::same_as<place, ChildPlace>;
    }
}
template <class T, class... Fields>
consteval bool table_keeps_elements(const PayloadTable<T, Fields...>&) {
    return (field_keeps_elements<Fields>() || ...);
}
template <Payload T>
consteval bool keeps_elements() {
    return table_keeps_elements(payload_table<T>);
}

template <class T, class... Fields>
constexpr auto make_payload_table(bridge::Name name, Fields... fields) {
    static_assert((check_field<T, Fields>() && ...));
    static_assert(count_of<ContentPlace, Fields...> <= 1,
                  "headstock: two content<> fields in one payload");
    static_assert(count_of<RestPlace, Fields...> <= 1,
                  "headstock: two rest<> fields in one payload");
    static_assert(((uses_of<Fields, Fields...> == 1) && ...),
                  "headstock: one member stands in two fields");
    static_assert(count_of<RestPlace, Fields...> == 1 || !(Fields::unreadable_to_rest || ...),
                  "headstock: or_rest() needs a rest<> field in the same table");
    check_name(name.local);
    if (name.ns.empty()) throw "headstock: the namespace of a payload is empty";
    const PayloadTable<T, Fields...> table{name, {resolved(fields, name.ns)...}};
    std::apply(
        [](const auto&... field) {
            if (has_twice(names_of<NamesAttribute>(field...)))
                throw "headstock: two fields for one attribute";
            if (has_twice(names_of<NamesChild>(field...)))
                throw "headstock: two fields for one child";
        },
        table.fields);
    return table;
}

} // namespace headstock::detail
