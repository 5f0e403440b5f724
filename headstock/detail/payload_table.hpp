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

// Each check_ function below says what is wrong, and whether all is well: what would be wrong in
// consequence is not looked at.
template <class F>
constexpr bool check_text_field() {
    using V = typename F::value;
    constexpr bool words = !F::usual || !std::is_enum_v<V> || HasConversion<V>;
    static_assert(words, "headstock: an enum needs its words: .values({{\"word\", E::word}}), or "
                         "headstock::conversion_of<E>");
    constexpr bool text = !F::usual || UsualValue<V> || std::is_enum_v<V>;
    static_assert(text, "headstock: this type has no text of its own; give .as(read, write), or "
                        "headstock::conversion_of<V>");
    return words && text;
}

template <class T, class F>
constexpr bool check_nested_field() {
    using V = typename F::value;
    constexpr bool own = std::same_as<V, T>;
    static_assert(!own,
                  "headstock: a payload cannot hold its own kind: take that child as an Element");
    if constexpr (own) {
        return false;
    } else {
        constexpr bool fits = Payload<V> || std::same_as<V, bridge::Element>;
        static_assert(
            fits, "headstock: child<> is for a payload with a table, or an Element with its name");
        return fits;
    }
}

/// One field whose member can be filled.
template <class T, class F>
constexpr bool check_place() {
    using place = typename F::place_type;
    if constexpr (std::same_as<place, RestPlace>) {
        constexpr bool fits = std::same_as<typename F::member, std::vector<bridge::Element>>;
        static_assert(fits, "headstock: rest<> fills a std::vector<bridge::Element>");
        return fits;
    } else if constexpr (std::same_as<place, FlagPlace>) {
        constexpr bool fits = std::same_as<typename F::member, bool>;
        static_assert(fits, "headstock: flag<> fills a bool");
        return fits;
    } else if constexpr (std::same_as<place, ChildPlace>) {
        return check_nested_field<T, F>();
    } else {
        constexpr bool fits = !F::list || std::same_as<place, ChildTextPlace>;
        static_assert(fits, "headstock: only child<> and child_text<> fill a std::vector");
        return fits && check_text_field<F>();
    }
}

/// What is wrong with one field by its type.
template <class T, class F>
constexpr bool check_field() {
    constexpr bool member = !std::is_void_v<typename F::owner>; // else Field has the words
    constexpr bool owned = std::is_base_of_v<typename F::owner, T>;
    static_assert(!member || owned,
                  "headstock: a field of another class stands in this payload's table");
    constexpr bool filled = !F::is_const;
    static_assert(filled,
                  "headstock: a payload's field is filled when it is read, so it cannot be const");
    if constexpr (owned && filled) {
        return check_place<T, F>();
    } else {
        return false;
    }
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

/// What is wrong with the fields together by their types.
template <class... Fields>
constexpr bool check_together() {
    constexpr bool contents = count_of<ContentPlace, Fields...> <= 1;
    static_assert(contents, "headstock: two content<> fields in one payload");
    constexpr bool rests = count_of<RestPlace, Fields...> <= 1;
    static_assert(rests, "headstock: two rest<> fields in one payload");
    constexpr bool apart = ((uses_of<Fields, Fields...> == 1) && ...);
    static_assert(!contents || !rests || apart, "headstock: one member stands in two fields");
    constexpr bool kept =
        count_of<RestPlace, Fields...> >= 1 || !(Fields::unreadable_to_rest || ...);
    static_assert(kept, "headstock: or_rest() needs a rest<> field in the same table");
    return contents && rests && apart && kept;
}

template <class T, class... Fields>
constexpr auto make_checked_payload_table(bridge::Name name, Fields... fields) {
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

template <class T, class... Fields>
constexpr auto make_payload_table(bridge::Name name, Fields... fields) {
    check_name(name.local);
    if (name.ns.empty()) throw "headstock: the namespace of a payload is empty";
    if constexpr (!(check_field<T, Fields>() && ...)) {
        return PayloadTable<T>{name, {}}; // in a program that does not compile
    } else if constexpr (!check_together<Fields...>()) {
        return PayloadTable<T>{name, {}};
    } else {
        return make_checked_payload_table<T>(name, fields...);
    }
}

} // namespace headstock::detail
