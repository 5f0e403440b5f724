// What changes a tree of nodes: the one set of operations that Element and the parser build with.
//
// Nothing here checks names or text (characters.hpp does), recurses, or leaves a tree half changed
// when memory runs out.
#pragma once

#include "bridge/detail/name_tail.hpp"
#include "bridge/detail/node.hpp"
#include "bridge/export.hpp"

#include <new>
#include <span>

namespace bridge::detail {

/// A copy of `name` in `arena`.
const Name* store_name(Arena& arena, const Name& name);

/// Make `value` hold `text`, which may be a part of it.
void assign(Arena& arena, Value& value, std::string_view text);
/// Put `text`, which may be a part of it, behind what `value` holds; amortised linear.
void append(Arena& arena, Value& value, std::string_view text);

/// A node without parent.  `name` must live as long.
inline Node* make_node(Arena& arena, const Name* name) {
    return new (arena.allocate(sizeof(Node))) Node{arena, name};
}
/// An attribute that belongs to no node yet, with a copy of its name.
AttributeNode* make_attribute(Arena& arena, const Name& name, std::string_view value);

/// Whether `stored`, which is the name of something, is `name`.
inline bool same_name(const Name& stored, const Name& name) {
    if (stored.ns.size() != name.ns.size() || !same_key(stored.local, name.local)) return false;
    return name.ns.empty() || same_key(stored.ns, name.ns);
}

/// The attribute of that name that has no namespace; null when there is none.
inline const AttributeNode* find_attribute(const Node& node, std::string_view local) {
    const auto* at = node.attributes;
    while (at != nullptr && !(same_key(at->name->local, local) && at->name->ns.empty()))
        at = at->next;
    return at;
}
/// The attribute of that name; null when there is none.
inline const AttributeNode* find_attribute(const Node& node, const Name& name) {
    const auto* at = node.attributes;
    while (at != nullptr && !same_name(*at->name, name)) at = at->next;
    return at;
}
/// An element that owns itself, with those of these attributes that have a value.  No two have one
/// name.
BRIDGE_API Element make_element(const Name& name, std::span<const Attribute> attributes);
/// Set the attribute, in its place when it is there already.
void set_attribute(Node& node, const Name& name, std::string_view value);
void unset_attribute(Node& node, const Name& name) noexcept;

/// The first child node called `name` from `item` on; null when there is none.
const Node* find_node(const Item* item, const Name& name);
/// The first child node from `item` on, whatever its name.
const Node* next_node(const Item* item);

/// Make `item`, which has no parent, a child of `parent` before `before`, or its last when that is
/// null.
void link(Node& parent, Item& item, Item* before = nullptr) noexcept;
/// Take `item` out of its parent.  Texts that meet become one, which can throw before anything
/// changed.
void unlink(Item& item);

/// Put text at the end of the content of `node`.
void append_text(Node& node, std::string_view text);

/// Give back `first` and the items after it, with all that is inside them.
void release_items(Arena& arena, Item* first) noexcept;

/// A copy of name and attributes in `arena`.
Node* copy_start(Arena& arena, const Node& from);
/// A copy of everything in `arena`.
Node* copy_tree(Arena& arena, const Node& from);
/// Give `to` the name, the attributes and the content of `from`, which may be around or inside it.
void replace_all(Node& to, const Node& from);

bool equal(const Node& a, const Node& b);

} // namespace bridge::detail
