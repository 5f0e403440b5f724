// An XML element as a value: read it, build it by chaining, edit it, copy and compare it.
//
// Writing it as XML is in writer.hpp.
#pragma once

#include "bridge/error.hpp"
#include "bridge/export.hpp"
#include "bridge/tag.hpp"

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bridge {

class Element;

namespace detail {
struct Item;
} // namespace detail

/// One piece of an element's content, in document order: a child element or a run of text.
class BRIDGE_API Content {
public:
    explicit Content(const detail::Item* item) : item_(item) {}
    /// The child; the empty element when this is text.
    const Element& element() const;
    /// The text; empty when this is a child.
    std::string_view text() const;
    bool is_text() const; ///< This piece is text, not a child.

private:
    const detail::Item* item_;
};

/// The child elements of an element, all or those of one name; a range for `for`.
class BRIDGE_API Children {
public:
    /// What begin() gives: a forward iterator over the child elements.
    class iterator {
    public:
        using value_type = Element;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;
        using pointer = const Element*;
        using reference = const Element&;

        iterator() = default;
        iterator(const detail::Item* from, std::optional<Name> only);
        const Element& operator*() const;
        const Element* operator->() const { return &**this; }
        iterator& operator++();
        iterator operator++(int);
        bool operator==(const iterator& other) const { return at_ == other.at_; }

    private:
        const detail::Node* at_ = nullptr;
        std::optional<Name> only_{};
    };

    Children(const detail::Node* parent, std::optional<Name> only) : parent_(parent), only_(only) {}
    iterator begin() const;             ///< The first child, of that name if one was given.
    iterator end() const { return {}; } ///< Behind the last one.
    std::size_t size() const;           ///< Walks the children.
    bool empty() const { return begin() == end(); } ///< There is none.

private:
    const detail::Node* parent_;
    std::optional<Name> only_;
};

/// The content of an element, text and children mixed, in document order; a range for `for`.
class BRIDGE_API Contents {
public:
    /// What begin() gives: an input iterator over the pieces.
    class iterator {
    public:
        using value_type = Content;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using pointer = void;
        using reference = Content;

        iterator() = default;
        explicit iterator(const detail::Item* at) : at_(at) {}
        Content operator*() const { return Content{at_}; }
        iterator& operator++();
        iterator operator++(int);
        bool operator==(const iterator&) const = default;

    private:
        const detail::Item* at_ = nullptr;
    };

    explicit Contents(const detail::Node* parent) : parent_(parent) {}
    iterator begin() const;                         ///< The first piece.
    iterator end() const { return {}; }             ///< Behind the last one.
    bool empty() const { return begin() == end(); } ///< There is none.

private:
    const detail::Node* parent_;
};

/// How a type of a program's own is written as an element and read from one.  Specialise it with
/// `static Element write(const T&)` and `static std::optional<T> read(const Element&)`, and the
/// type goes with Element::as and Element::add.
template <class T>
struct ElementForm;

/// A type that has an ElementForm.
template <class T>
concept HasElementForm = requires(const T& value, const Element& element) {
    ElementForm<T>::write(value);
    ElementForm<T>::read(element);
};

/// An XML element: a start tag, and the text and children inside it.
///
/// A default-made Element is *empty*: it has no name, converts to false, and every read of it gives
/// something empty.  That is also what a read of an absent child gives, so reads chain without
/// tests: `iq.child("query", ns).child("item").attribute("jid")`.
///
/// An Element that you make owns its memory.  A copy is a deep copy, a move costs one pointer, and
/// a reference to a child lives until the child is removed or the whole is destroyed.  A `const
/// Element&` that a handler is given is borrowed from the stream: copy it to keep it.
///
/// Names and text must be what XML 1.0 can carry, in names the letters of its 4th edition, since
/// Expat and so most peers know no others; anything else throws `bridge::Invalid`, which says what
/// and at which byte, and leaves the element as it was.  Reads never throw.  Building on
/// the empty element throws std::logic_error.  Not thread-safe.
///
/// A child stands in its parent until it is removed: moving from it copies, and assigning to it
/// replaces name, attributes and content in its place.  Assigning the empty element to a child
/// leaves it its name alone.
///
///     auto iq = Element{"iq", "jabber:client"}.set("type", "get").add(Element{"query", roster});
///     iq.append("query", version).set("node", "x");
///
/// In the functions below the name of a child without a namespace means *the namespace of this
/// element*, as of an unprefixed child in XML; pass `Name{"x", ""}` for a child in no namespace.
/// The name of an attribute without a namespace means no namespace, as of an unprefixed attribute.
class BRIDGE_API Element : public Tag {
public:
    constexpr Element() : Tag(nullptr) {}
    /// An element with this qualified name.  Throws Invalid when `local` is not an NCName.
    explicit Element(std::string_view local, std::string_view ns = {});
    explicit Element(const Name& name) : Element(name.local, name.ns) {}
    Element(const Element& other);
    Element(Element&& other) noexcept;
    Element& operator=(const Element& other);
    Element& operator=(Element&& other) noexcept;
    ~Element();

    /// A deep copy of the start tag alone: name and attributes.
    static Element copy_of(const Tag& tag);

    // --- reading ---

    /// The first run of text directly inside this element; for an element without children, all of
    /// it.
    std::string_view text() const;
    /// All text inside, at every depth, in document order (allocates).
    std::string all_text() const;
    /// The text read as `T`, as in attribute_as.
    template <class T>
    std::optional<T> text_as() const {
        return convert<T>(text());
    }
    /// The whole element read as a `T` with an ElementForm; nothing when it does not read as one.
    template <class T>
    std::optional<T> as() const {
        static_assert(
            HasElementForm<T>,
            "bridge: as<T>() needs to know how a T is read from an element: see ElementForm");
        if constexpr (HasElementForm<T>) return ElementForm<T>::read(*this);
    }

    /// The first child of that name, or the empty element.
    const Element& child(std::string_view local) const { return child(Name{local, ns()}); }
    const Element& child(std::string_view local, std::string_view ns) const {
        return child(Name{local, ns});
    }
    const Element& child(const Name& name) const;
    /// The child to change, or nullptr.
    Element* find(std::string_view local) { return find(Name{local, ns()}); }
    Element* find(std::string_view local, std::string_view ns) { return find(Name{local, ns}); }
    Element* find(const Name& name);

    /// Follow child after child: `at({{"query", ns::roster}, {"item", ns::roster}})`.
    const Element& at(std::initializer_list<Name> path) const;
    /// The same as text: steps parted by '/', each `name` (in the namespace of the element above
    /// it) or `{namespace}name`.  A path that is not of this form finds nothing.
    const Element& at(std::string_view path) const;

    /// All child elements; or those of one name, as in child().
    Children children() const { return Children{node_, std::nullopt}; }
    Children children(std::string_view local) const { return children(Name{local, ns()}); }
    Children children(std::string_view local, std::string_view ns) const {
        return children(Name{local, ns});
    }
    Children children(const Name& name) const { return Children{node_, name}; }
    const Element& first_child() const; ///< Or the empty element, when there is no child.
    const Element& last_child() const;  ///< Likewise.
    Contents contents() const { return Contents{node_}; } ///< Text and children, in document order.

    /// Equal name, attributes (in any order), and content in document order.  Neighbouring runs of
    /// text compare as one.
    bool operator==(const Element& other) const;

    // --- building: each call returns the element it was called on, so that calls chain ---

    /// Set an attribute; an existing one of that name is replaced in its place.
    Element& set(std::string_view local, std::string_view value) & {
        return set(Name{local, {}}, value);
    }
    Element& set(const Name& name, std::string_view value) &;
    Element&& set(std::string_view local, std::string_view value) && {
        return std::move(set(local, value));
    }
    Element&& set(const Name& name, std::string_view value) && {
        return std::move(set(name, value));
    }
    /// Remove an attribute, if it is there.
    Element& unset(const Name& name) &;
    Element& unset(std::string_view local) & { return unset(Name{local, {}}); }

    /// Append a child.  Adding the empty element adds nothing.
    Element& add(Element child) &;
    Element&& add(Element child) && { return std::move(add(std::move(child))); }
    /// Append what a value with an ElementForm is written as; throws what its writing throws.
    template <HasElementForm T>
    Element& add(const T& value) & {
        return add(Element{ElementForm<T>::write(value)});
    }
    template <HasElementForm T>
    Element&& add(const T& value) && {
        return std::move(add(value));
    }
    /// Append a child with text, in the namespace of this element.
    Element& add(std::string_view local, std::string_view text) & {
        return add(Name{local, ns()}, text);
    }
    Element& add(const Name& name, std::string_view text) &;
    Element&& add(std::string_view local, std::string_view text) && {
        return std::move(add(local, text));
    }
    Element&& add(const Name& name, std::string_view text) && { return std::move(add(name, text)); }
    /// Append a run of text; an empty one adds nothing.
    Element& add_text(std::string_view text) &;
    Element&& add_text(std::string_view text) && { return std::move(add_text(text)); }

    /// Append a child and return *the child*, to go on inside it.
    Element& append(std::string_view local) { return append(Name{local, ns()}); }
    Element& append(std::string_view local, std::string_view ns) { return append(Name{local, ns}); }
    Element& append(const Name& name);
    /// The same with a child made before; throws std::invalid_argument when that is empty.
    Element& append(Element child);

    // --- editing; `child` must be a child of this element, else std::invalid_argument ---

    Element& insert_before(const Element& child, Element added); ///< Add a child in front of one.
    Element& insert_after(const Element& child, Element added);  ///< Add a child behind one.
    /// Put `added` where `child` was.  `child` is destroyed.
    Element& replace(const Element& child, Element added);
    /// Take `child` out and return it.
    Element remove(const Element& child);
    /// Take `child` out and destroy it.  Cheaper than remove(), which may have to copy.
    void forget(const Element& child);
    /// Remove all content, keep name and attributes.
    void clear();

    // --- as XML ---

    /// This element as XML text; see write() in writer.hpp for indentation and inherited
    /// namespaces.
    std::string xml() const;
    /// Parse one whole document: the root, or nothing and why.  Comments and processing
    /// instructions are passed over, a DOCTYPE is an error.  Throws std::bad_alloc.
    static std::optional<Element> parse(std::string_view xml, ParseError* error = nullptr);
    /// The same from a file; an unreadable file is an error like any other.
    static std::optional<Element> load(const std::string& path, ParseError* error = nullptr);

private:
    explicit Element(detail::Node* node) : Tag(node) {}
    friend struct detail::Node;
};

} // namespace bridge
