#include "bridge/detail/copy_size.hpp"

#include "bridge/detail/node.hpp"

namespace bridge::detail {
namespace {

// A copy has its names to itself, while a parser's elements share them.
std::size_t name_size(const Name& name) {
    return sizeof(Name) + name.local.size() + name.ns.size();
}

std::size_t start_size(const Node& node) {
    auto size = sizeof(Node) + name_size(*node.name);
    for (const auto* at = node.attributes; at != nullptr; at = at->next)
        size += sizeof(AttributeNode) + name_size(*at->name) + at->value.size;
    return size;
}

std::size_t item_size(const Item& item) {
    return item.is_text ? sizeof(TextItem) + as_text(&item)->value.size
                        : start_size(*as_node(&item));
}

// The next in document order; null behind the last one in `top`.
const Item* next_inside(const Node& top, const Item* at) {
    if (const Item* const inside = first_inside(*at)) return inside;
    while (at != &top && at->next == nullptr) at = at->parent;
    return at == &top ? nullptr : at->next;
}

} // namespace

std::size_t copy_size(const Tag& tag) { return tag ? start_size(*Node::of(tag)) : 0; }

std::size_t copy_size(const Element& element, std::size_t most) {
    const Node* const top = Node::of(element);
    std::size_t size = 0;
    for (const Item* at = top; at != nullptr && size <= most; at = next_inside(*top, at))
        size += item_size(*at);
    return size;
}

} // namespace bridge::detail
