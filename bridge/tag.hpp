// A start tag: what is known of an element while it is still open.
//
// Only reading lives here.  Reading what is absent gives an empty value, never a crash and never an
// allocation.  Building is in element.hpp, parsing in parser.hpp.
#pragma once

#include "bridge/conversion.hpp"
#include "bridge/export.hpp"
#include "bridge/name.hpp"

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace bridge {

namespace detail {
struct Node;
struct AttributeNode;
} // namespace detail

/// One attribute: its qualified name (no namespace for an unprefixed one) and its value.  Borrows.
struct Attribute {
    Name name{};
    std::string_view value{};
};

/// The attributes of a tag in document order; a range for `for`.
class BRIDGE_API Attributes {
public:
    /// What begin() gives: an input iterator.
    class iterator {
    public:
        using value_type = Attribute;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using pointer = void;
        using reference = Attribute;

        iterator() = default;
        explicit iterator(const detail::AttributeNode* at) : at_(at) {}
        Attribute operator*() const;
        iterator& operator++();
        iterator operator++(int);
        bool operator==(const iterator&) const = default;

    private:
        const detail::AttributeNode* at_ = nullptr;
    };

    explicit Attributes(const detail::Node* node) : node_(node) {}
    iterator begin() const;                     ///< The first attribute.
    iterator end() const { return iterator{}; } ///< Behind the last one.
    std::size_t size() const;                   ///< Walks them.
    bool empty() const { return size() == 0; }  ///< There is none.

private:
    const detail::Node* node_;
};

/// The start tag of an element: name, attributes, and the tags around it.
///
/// A tag that a parser or a handler hands over is borrowed: it, and every view taken from it, lives
/// until the handler returns (or `Parser::next()` is called again).  Tags are not copied; keep an
/// `Element`, or copy the values you need.
class BRIDGE_API Tag {
public:
    Tag(const Tag&) = delete;
    Tag& operator=(const Tag&) = delete;

    /// The qualified name; empty for the empty element.
    const Name& name() const;
    /// The name without its namespace.
    std::string_view local_name() const { return name().local; }
    std::string_view ns() const { return name().ns; } ///< The namespace of the name.

    /// True when this is `local` in namespace `ns`.
    bool is(std::string_view local, std::string_view ns) const { return name() == Name{local, ns}; }

    /// The value of the unprefixed attribute `local`, or `or_else` when it is absent.
    std::string_view attribute(std::string_view local, std::string_view or_else = {}) const;
    /// The value of a qualified attribute, as in `attribute({"lang", bridge::xml_ns})`.
    std::string_view attribute(const Name& name, std::string_view or_else = {}) const;
    /// It is there, with whatever value.
    bool has_attribute(std::string_view local) const { return has_attribute(Name{local, {}}); }
    bool has_attribute(const Name& name) const;

    /// The value read as `T` (an integer, floating point, `bool` by XML Schema: true, false, 1, 0).
    /// Nothing when it is absent or is not, as a whole, such a value; white space around it is
    /// allowed.
    template <class T>
    std::optional<T> attribute_as(std::string_view local) const {
        return has_attribute(local) ? convert<T>(attribute(local)) : std::nullopt;
    }
    /// The same with a value for both cases.
    template <class T>
    T attribute_as(std::string_view local, T or_else) const {
        return attribute_as<T>(local).value_or(or_else);
    }

    /// All attributes, in document order.
    Attributes attributes() const { return Attributes{node_}; }

    /// The tag around this one; the empty tag at the top.
    const Tag& parent() const;

    /// False for the empty tag: what every read of something absent gives.
    explicit operator bool() const { return node_ != nullptr; }

protected:
    constexpr explicit Tag(detail::Node* node) : node_(node) {}
    ~Tag() = default;

    detail::Node* node_;
    friend struct detail::Node;
};

} // namespace bridge
