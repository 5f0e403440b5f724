// Typed payloads: a table says how a plain struct is written as an element, and read from one.
//
//     struct Inside { int first = 0; };
//     HEADSTOCK_PAYLOAD(Inside, "inside_tag", ours, attribute<&self::first>("first"))
//
//     struct Example {
//         std::optional<std::string> note{};
//         std::string text{};
//         std::vector<Inside> inside{};
//     };
//     HEADSTOCK_PAYLOAD(Example, "example_tag", ours,
//                       attribute<&self::note>("note"),
//                       content<&self::text>(),
//                       child<&self::inside>())
//
//     auto element = headstock::to_element(Example{"hi", "all of it", {{1}, {2}}});
//     if (auto example = headstock::from_element<Example>(element)) use(*example);
//     else complain(example.error().message());             // "inside_tag/first is missing"
//     if (auto example = element.as<Example>()) use(*example); // where the reason does not matter
//     auto iq = headstock::iq_set(to).add(Example{});
//
// FIELDS.  What a member holds says how often it stands in the element: a plain member exactly once
// (absent: an error that names the field), std::optional once or not at all, std::vector (children
// only) any number of times.  Of several children for one value the first counts.
//     attribute<&self::x>("x")     an attribute; ("x", ns) for a qualified one
//     content<&self::x>()          the text directly inside; none at all is "" or nothing
//     child_text<&self::x>("x")    the text of a child
//     child<&self::x>()            a child that is a payload too
//     child<&self::x>("x", ns)     a child as an Element, untyped
//     flag<&self::x>("x")          whether there is such a child
//     rest<&self::x>()             what no field took, in a std::vector<Element>; written at its
//                                  place in the table, but what bears a later field's name, last
// attribute<...>(...).or_default(), for a plain member that may be absent: it keeps what it has in
// a struct that is made empty, and is not written when it has that.
// child<&self::list>().or_rest(): a child that does not read is left to rest<>, as it came, and
// spoils no other of its list.  A child without a namespace is in that of the payload.  Other
// attributes and children are passed over: that is how XMPP is extended.
//
// VALUES.  std::string as it is; bool, whole and floating numbers as in XML Schema; DateTime, and
// any sys_time of seconds or finer, as in XEP-0082; Jid.  An enum needs words, any other type two
// functions; a check may be added:
//   attribute<&self::mode>("mode").values({{"chat", Mode::chat}, {"away", Mode::away}})
//   attribute<&self::color>("color").as(&read_color, &write_color, "is not a color")
//   attribute<&self::port>("port").check(&is_port, "is not a port")
// headstock::conversion_of<V> says the same once for all payloads.
//
// FORMS.  A  beside the class:  HEADSTOCK_PAYLOAD(Example, ...)
//         B  inside it, for private members:  friend HEADSTOCK_PAYLOAD(Example, ...)
//         C  no macro, a static function of the class:
//                static constexpr auto payload() {
//                    return headstock::payload<Example>("name", ns, headstock::content<...>());
//                }
//         D  for a type that may not be changed:
//                template <> inline constexpr auto headstock::payload_of<Theirs> =
//                    headstock::payload<Theirs>("name", ns, headstock::attribute<&Theirs::x>("x"));
// Two structs may describe elements of one name.  A derived class inherits its base's table (A, B,
// C).
#pragma once

#include "bridge/element.hpp"
#include "headstock/answer.hpp"
#include "headstock/detail/macro_place.hpp"
#include "headstock/detail/payload_concept.hpp"
#include "headstock/detail/payload_field.hpp"
#include "headstock/detail/payload_reading.hpp"
#include "headstock/detail/payload_table.hpp"
#include "headstock/detail/payload_writing.hpp"
#include "headstock/payload_error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock {

// --- tables --------------------------------------------------------------------------------------
// Nothing here that may be given a lambda is consteval: clang 14 compiles a lambda inside such a
// call to code that reads a static variable in the place of its parameter.  A table is a constant
// anyway.

/// An attribute; `ns` for one with a prefix.  See FIELDS above.
template <auto Member>
constexpr auto attribute(std::string_view name, std::string_view ns = {}) {
    return detail::Field<detail::AttributePlace, Member>{{{name, ns}}};
}
/// The text directly inside the element.
template <auto Member>
constexpr auto content() {
    return detail::Field<detail::ContentPlace, Member>{{}};
}
/// The text of the child `name`.
template <auto Member>
constexpr auto child_text(std::string_view name, std::string_view ns = {}) {
    return detail::Field<detail::ChildTextPlace, Member>{{{name, ns}}};
}
/// A child that is a payload too or, with a name, as an Element.
template <auto Member>
constexpr auto child(std::string_view name = {}, std::string_view ns = {}) {
    return detail::Field<detail::ChildPlace, Member>{{{name, ns}}};
}
/// Whether there is a child `name`.
template <auto Member>
constexpr auto flag(std::string_view name, std::string_view ns = {}) {
    return detail::Field<detail::FlagPlace, Member>{{{name, ns}}};
}
/// What no other field took, in a std::vector<Element>.
template <auto Member>
constexpr auto rest() {
    return detail::Field<detail::RestPlace, Member>{{}};
}

/// The table of `T`.  A mistake in it is a compile error whose text says what is wrong.
template <class T, class... Fields>
constexpr auto payload(std::string_view name, std::string_view ns, Fields... fields) {
    return detail::make_payload_table<T>(bridge::Name{name, ns}, fields...);
}

/// What the elements of `T` are called.
template <Payload T>
inline constexpr bridge::Name payload_name = detail::payload_table<T>.name;

// --- values --------------------------------------------------------------------------------------

/// A value that was read, or the field that was wrong.
template <class T>
class [[nodiscard]] Parsed {
public:
    /// A value that was read.
    Parsed(T value) : value_(std::move(value)) {} // NOLINT(google-explicit-constructor)
    /// Or why there is none.
    Parsed(PayloadError error) : error_(std::move(error)) {} // NOLINT(google-explicit-constructor)

    /// It was read.
    explicit operator bool() const { return value_.has_value(); }
    /// The value; throws std::logic_error, with the words of message(), when it was not read.
    const T& operator*() const& { return checked(*this); }
    T& operator*() & { return checked(*this); }
    T&& operator*() && { return std::move(checked(*this)); }
    const T* operator->() const { return &checked(*this); } ///< The same, for a member of it.
    T* operator->() { return &checked(*this); }
    /// What was wrong; empty when it was read.
    const PayloadError& error() const { return error_; }
    /// One line for people: the same.
    std::string message() const { return value_ ? std::string{} : error_.message(); }

private:
    template <class Self>
    static auto& checked(Self& self) {
        if (!self.value_) detail::throw_no_value(self.message());
        return *self.value_;
    }

    std::optional<T> value_{};
    PayloadError error_{};
};

/// The element that `value` is.  Throws bridge::Invalid when a text in it is not one that XML can
/// carry, std::invalid_argument when a value has no word or does not pass its field's check, and
/// std::out_of_range for a time beyond the years 0001 to 9999.
template <Payload T>
Element to_element(const T& value) {
    return detail::PayloadWriter<T>{value}.write();
}

/// Read an element.  What is missing or ill-formed is an error, never an exception (but for those
/// of the program's own conversions).
template <Payload T>
Parsed<T> from_element(const Element& element) {
    if constexpr (detail::check_readable<T>()) {
        detail::PayloadReader<T> reader{element};
        if (auto value = reader.read()) return *std::move(value);
        return std::move(reader.error());
    } else {
        return PayloadError{}; // in a program that does not compile
    }
}

namespace detail {
template <Payload T>
Parsed<T> from_document(const std::optional<Element>& document, const bridge::ParseError& error) {
    if (!document) return PayloadError{{}, error.message()};
    return from_element<T>(*document);
}
} // namespace detail

/// Read one whole XML document, as Element::parse does.
template <Payload T>
Parsed<T> payload_from_xml(std::string_view xml) {
    bridge::ParseError error;
    const auto document = Element::parse(xml, &error);
    return detail::from_document<T>(document, error);
}
/// The same from a file.
template <Payload T>
Parsed<T> payload_from_file(const std::string& path) {
    bridge::ParseError error;
    const auto document = Element::load(path, &error);
    return detail::from_document<T>(document, error);
}

} // namespace headstock

/// A payload as a part of an element tree: `element.as<Example>()` where the reason does not
/// matter, `headstock::iq_set(to).add(Example{})`.
template <headstock::Payload T>
struct bridge::ElementForm<T> {
    /// As to_element().
    static Element write(const T& value) { return headstock::to_element(value); }
    /// As from_element().
    static std::optional<T> read(const Element& element) {
        if constexpr (headstock::detail::check_readable<T>())
            return headstock::detail::PayloadReader<T>{element}.read();
    }
};

/// Forms A and B.  One expression deep: it only names the class `self` and brings the fields'
/// names.
#define HEADSTOCK_PAYLOAD(Type, ...)                                                               \
    constexpr auto headstock_payload(Type*) {                                                      \
        struct headstock_here;                                                                     \
        static_assert(!headstock::detail::macro_place::MissesPayload<Type, headstock_here>,        \
                      "headstock: HEADSTOCK_PAYLOAD(" #Type                                        \
                      ", ...) must stand in the namespace of its class, or as a friend in it");    \
        constexpr auto headstock_table = [] {                                                      \
            using self [[maybe_unused]] = Type;                                                    \
            using headstock::attribute;                                                            \
            using headstock::child;                                                                \
            using headstock::child_text;                                                           \
            using headstock::content;                                                              \
            using headstock::flag;                                                                 \
            using headstock::rest;                                                                 \
            return headstock::payload<Type>(__VA_ARGS__);                                          \
        };                                                                                         \
        [[maybe_unused]] constexpr auto headstock_checked = headstock_table();                     \
        return headstock_table;                                                                    \
    }
