// What a Tag or Element points to.  Nodes lie in an Arena and are never destroyed one by one.
#pragma once

#include "bridge/detail/arena.hpp"
#include "bridge/element.hpp"
#include "bridge/name.hpp"

#include <cstdint>
#include <string_view>

namespace bridge::detail {

/// Text in an arena that can grow: `capacity` bytes, `size` of them used.
struct Value {
    char* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;

    std::string_view view() const { return {data, size}; }
};

class AttributeIndex;

struct AttributeNode {
    AttributeNode* next;
    const Name* name;
    Value value;
};

/// One piece of content: a Node or a TextItem.
struct Item {
    Node* parent = nullptr;
    Item* next = nullptr;
    Item* prev = nullptr;
    bool is_text = false;
};

struct TextItem : Item {
    TextItem() { is_text = true; }
    Value value{};
};

/// An element.  `self` is the handle that reading gives out by reference: the same node, no
/// allocation.  A handle that is not a node's `self` owns the node and its arena.
///
/// A node lies in the arena of its parent, or is the root of an arena of its own that the parent's
/// arena owns.
struct Node : Item {
    Node(Arena& in, const Name* called) : self(this), arena(&in), name(called) {}

    Element self;
    Arena* arena;
    const Name* name;
    Item* first = nullptr;
    Item* last = nullptr;
    AttributeNode* attributes = nullptr;
    AttributeIndex* index = nullptr; ///< Of the attributes, once one was searched among many.

    static Node* of(const Tag& tag) { return tag.node_; }
    /// Owns `node`, which has no parent.
    static Element own(Node* node) { return Element{node}; }
    bool owned_by(const Tag& handle) const { return &self != &handle; }
};

inline Node* as_node(Item* item) { return static_cast<Node*>(item); }
inline const Node* as_node(const Item* item) { return static_cast<const Node*>(item); }
inline TextItem* as_text(Item* item) { return static_cast<TextItem*>(item); }
inline const TextItem* as_text(const Item* item) { return static_cast<const TextItem*>(item); }

inline const Item* first_inside(const Item& item) {
    return item.is_text ? nullptr : as_node(&item)->first;
}

/// Call enter(item) and leave(item) for `top` and everything in it, in document order, without
/// recursion.
template <class Enter, class Leave>
void walk(const Node& top, Enter enter, Leave leave) {
    const Item* at = &top;
    for (;;) {
        enter(*at);
        if (const Item* inside = first_inside(*at)) {
            at = inside;
            continue;
        }
        leave(*at);
        while (at != &top && at->next == nullptr) {
            at = at->parent;
            leave(*at);
        }
        if (at == &top) return;
        at = at->next;
    }
}

} // namespace bridge::detail
