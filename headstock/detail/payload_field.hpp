// One field of a payload: which member it is, where in the element it stands, how it is written.
//
// The functions that make fields are in payload.hpp.
#pragma once

#include "bridge/name.hpp"
#include "headstock/detail/payload_conversion.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace headstock::detail {

// --- places
// ------------------------------------------------------------------------------------------ A
// place of a child without a namespace is in that of the payload, as an unprefixed child is in XML.

struct AttributePlace {
    bridge::Name name;
};
struct ContentPlace {
    bridge::Name name{"text()", {}}; ///< What errors call it.
};
struct ChildTextPlace {
    bridge::Name name;
};
struct FlagPlace {
    bridge::Name name;
};
/// A nested payload, named by its own table, or an Element of this name.
struct ChildPlace {
    bridge::Name name;
};
/// The children that no other field took.
struct RestPlace {
    bridge::Name name{"*", {}};
};

template <class Place>
inline constexpr bool is_child_place =
    std::same_as<Place, ChildTextPlace> || std::same_as<Place, FlagPlace> ||
    std::same_as<Place, ChildPlace>;

// --- members -------------------------------------------------------------------------------------

/// How many values a member holds, and of which type.
template <class M>
struct Held {
    using value = M;
    static constexpr bool optional = false, list = false;
};
template <class V>
struct Held<std::optional<V>> {
    using value = V;
    static constexpr bool optional = true, list = false;
};
template <class V>
struct Held<std::vector<V>> {
    using value = V;
    static constexpr bool optional = false, list = true;
};

template <class M, class V>
void store(M& member, V&& value) {
    if constexpr (Held<M>::list) {
        member.push_back(std::forward<V>(value));
    } else {
        member = std::forward<V>(value);
    }
}

/// Call `f` with each value that the member holds: none, one or many.
template <class M, class F>
void for_each_value(const M& member, F f) {
    if constexpr (Held<M>::list) {
        for (const auto& value : member) f(value);
    } else if constexpr (Held<M>::optional) {
        if (member) f(*member);
    } else {
        f(member);
    }
}

/// Only pointers to data members make fields; others are no member of anything.
template <class M>
struct MemberPointer {
    using owner = void;
    using member = bool;
    static constexpr bool is_const = false;
};
template <class C, class M>
requires(!std::is_function_v<M>) struct MemberPointer<M C::*> {
    using owner = C;
    using member = std::remove_cv_t<M>;
    static constexpr bool is_const = std::is_const_v<M>;
};
template <class M>
concept DataMember = !std::is_void_v<typename MemberPointer<M>::owner>;

// --- checks --------------------------------------------------------------------------------------

template <class T>
inline constexpr bool never = false;

struct NoCheck {
    template <class V>
    static constexpr bool passes(const V&) {
        return true;
    }
    static constexpr std::string_view refusal{};
};

template <class Predicate>
struct Check {
    Predicate passes;
    std::string_view refusal;
};

// --- the field -----------------------------------------------------------------------------------

/// What else than its own value a field accepts: see or_default() and or_rest().
enum class Lenience : std::uint8_t { none, absent, unreadable };

/// Made by attribute<>(), content<>() and so on.  The functions below say more about it.
template <class Place,
          auto Member,
          class Conversion = Usual,
          class Checking = NoCheck,
          Lenience Accepts = Lenience::none>
struct Field {
    static_assert(DataMember<decltype(Member)>, "headstock: a field is a pointer to a data member");
    using place_type = Place;
    using owner = typename MemberPointer<decltype(Member)>::owner;
    using member = typename MemberPointer<decltype(Member)>::member;
    using value = typename Held<member>::value;
    static constexpr auto pointer = Member;
    static constexpr bool is_const = MemberPointer<decltype(Member)>::is_const;
    static constexpr bool usual = std::same_as<Conversion, Usual>;
    static constexpr bool list = Held<member>::list;
    static constexpr bool required =
        !Held<member>::optional && !list && Accepts != Lenience::absent;
    static constexpr bool or_default_value = Accepts == Lenience::absent;
    static constexpr bool unreadable_to_rest = Accepts == Lenience::unreadable;

    Place place;
    Conversion conversion{};
    Checking checking{};

    /// Written as one of these words: `.values({{"chat", Mode::chat}, {"away", Mode::away}})`.
    template <std::size_t N>
    constexpr auto values(const Word<value> (&words)[N]) const {
        return converted(Words<value, N>{std::to_array(words)});
    }
    /// Written by two functions, or lambdas without captures.  A text for which `reading` gives
    /// nothing is refused with `refusal` as the reason ("is not a color").
    constexpr auto as(ReadFunction<value> reading,
                      WriteFunction<value> writing,
                      std::string_view refusal = "is ill-formed") const {
        return converted(Functions<value>{reading, writing, refusal});
    }
    template <class Read, class Write>
    requires(!std::convertible_to<Read, ReadFunction<value>> ||
             !std::convertible_to<Write, WriteFunction<value>>) constexpr auto as(Read,
                                                                                  Write,
                                                                                  std::string_view =
                                                                                      {}) const {
        static_assert(
            never<Read>,
            "headstock: as(read, write) takes std::optional<V> read(std::string_view) and "
            "std::string write(const V&)");
        return *this;
    }
    /// `predicate`, a function or a lambda without captures, must hold of each value.  Otherwise an
    /// element does not parse, with `refusal` as the reason ("is not a port"), and to_element
    /// throws std::invalid_argument.
    constexpr auto check(bool (*predicate)(const value&), std::string_view refusal) const {
        return checked(predicate, refusal);
    }
    constexpr auto check(bool (*predicate)(value), std::string_view refusal) const {
        return checked(predicate, refusal);
    }
    template <class Predicate>
    requires(!std::convertible_to<Predicate, bool (*)(const value&)> &&
             !std::convertible_to<Predicate,
                                  bool (*)(value)>) constexpr auto check(Predicate,
                                                                         std::string_view) const {
        static_assert(never<Predicate>,
                      "headstock: check(predicate) takes bool predicate(const V&)");
        return *this;
    }

    /// May be absent, though it is a plain member: it then keeps what it has in a `T{}`, and is not
    /// written when it has that.  What is there and ill-formed is an error all the same.
    constexpr auto or_default() const {
        static_assert(is_text && required,
                      "headstock: or_default() is for a plain member in attribute<>, content<> or "
                      "child_text<>; std::optional and std::vector may be absent anyway");
        static_assert(std::equality_comparable<value>,
                      "headstock: or_default() compares, so its member needs operator==");
        return lenient<Lenience::absent>();
    }
    /// Of a list: a child that does not read is left to rest<>, as it came, and spoils no other.
    constexpr auto or_rest() const {
        static_assert(list &&
                          (std::same_as<Place, ChildPlace> || std::same_as<Place, ChildTextPlace>),
                      "headstock: or_rest() is for a std::vector of child<> or child_text<>");
        return lenient<Lenience::unreadable>();
    }

    /// Gives why the text cannot be this field's value; nothing when it is.
    std::string_view read(std::string_view text, value& into) const {
        const auto refusal = conversion.read(text, into);
        return refusal.empty() ? refuse(into) : refusal;
    }
    std::string_view refuse(const value& checked) const {
        return checking.passes(checked) ? std::string_view{} : checking.refusal;
    }

private:
    template <class Predicate>
    constexpr auto checked(Predicate predicate, std::string_view refusal) const {
        static_assert(!is_bare, "headstock: flag<> and rest<> take no check");
        return Field<Place, Member, Conversion, Check<Predicate>, Accepts>{
            place, conversion, {predicate, refusal}};
    }
    template <class Other>
    constexpr auto converted(Other other) const {
        static_assert(!is_bare && !std::same_as<Place, ChildPlace>,
                      "headstock: child<>, flag<> and rest<> are not written as text");
        return Field<Place, Member, Other, Checking, Accepts>{place, other, checking};
    }
    template <Lenience Other>
    constexpr auto lenient() const {
        return Field<Place, Member, Conversion, Checking, Other>{place, conversion, checking};
    }
    static constexpr bool is_text = std::same_as<Place, AttributePlace> ||
                                    std::same_as<Place, ContentPlace> ||
                                    std::same_as<Place, ChildTextPlace>;
    static constexpr bool is_bare =
        std::same_as<Place, FlagPlace> || std::same_as<Place, RestPlace>;
};

} // namespace headstock::detail
