#include "bridge/detail/copy_size.hpp"

#include "bridge/detail/node.hpp"

namespace bridge::detail {
namespace {

// A copy has its names to itself, while a parser's elements share them; but the namespace of its
// parent is shared with that.
std::size_t size_of_name(const Name& name) {
    return sizeof(Name) + name.local.size() + name.ns.size();
}

std::size_t start_size(const Node& node) {
    auto size = sizeof(Node) + size_of_name(*node.name);
    for (const auto* at = node.attributes; at != nullptr; at = at->next)
        size += sizeof(AttributeNode) + size_of_name(*at->name) + at->value.size;
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

bool needs_declaration(std::string_view ns) { return !ns.empty() && ns != xml_ns; }

// " xmlns=''" and the name.
std::size_t declaration_size(const Node& top, const Node& node) {
    const auto ns = node.name->ns;
    if (ns == xml_ns) return 0;
    const auto around = &node == &top ? std::string_view{} : node.parent->name->ns;
    return ns == around || around == xml_ns ? 0 : ns.size() + 9;
}

std::size_t least_tag_size(const Node& top, const Node& node) {
    auto size = node.name->local.size() + 3 + declaration_size(top, node); // "</>"
    bool declares = false;
    for (const auto* at = node.attributes; at != nullptr; at = at->next) {
        size += at->name->local.size() + at->value.size + 4; // " =''"
        const bool first = !declares && needs_declaration(at->name->ns);
        if (first) size += at->name->ns.size() + 16; // " xmlns:ns0=''" and "ns0:"
        declares = declares || first;
    }
    return size;
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

std::size_t least_xml_size(const Element& element, std::size_t most) {
    const Node* const top = Node::of(element);
    std::size_t size = 0;
    for (const Item* at = top; at != nullptr && size <= most; at = next_inside(*top, at))
        size += at->is_text ? as_text(at)->value.size : least_tag_size(*top, *as_node(at));
    return size;
}

} // namespace bridge::detail
