#include "bridge/detail/copy_size.hpp"

#include "bridge/detail/node.hpp"

namespace bridge::detail {
namespace {

// A copy has its names to itself, while a parser's elements share them; but the namespace of its
// parent is shared with that.
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

std::size_t inherited_size(const Node& top, const Item& item) {
    if (&item == &top || item.is_text) return 0;
    const auto ns = as_node(&item)->name->ns;
    return ns == item.parent->name->ns ? ns.size() : 0;
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
        size += item_size(*at) - inherited_size(*top, *at);
    return size;
}

} // namespace bridge::detail
