// The life of an Element, and everything that changes one.
#include "bridge/element.hpp"

#include "bridge/detail/characters.hpp"
#include "bridge/detail/node.hpp"
#include "bridge/detail/tree.hpp"

#include <stdexcept>

namespace bridge {

using detail::Arena;
using detail::Node;

namespace {

// Make the root of a new tree with `make(arena)`.  Copies are made to be kept, so theirs is as
// small as can be.
template <class Make>
Node* new_tree(Arena* arena, Make make) {
    try {
        return make(*arena);
    } catch (...) {
        Arena::destroy(arena);
        throw;
    }
}

Node* copy_of_node(const Node* node) {
    if (node == nullptr) return nullptr;
    return new_tree(Arena::make(),
                    [node](Arena& arena) { return detail::copy_tree(arena, *node); });
}

Node& changeable(Node* node) {
    if (node == nullptr) throw std::logic_error{"bridge: the empty element cannot be changed"};
    return *node;
}

void check_element_name(const Name& name) {
    detail::require_name(name.local, "an element name");
    detail::require_namespace(name.ns);
}

// In the namespace of its parent nothing is left to check but the local name.
void check_child_name(const Node& parent, const Name& name) {
    if (name.ns.data() == parent.name->ns.data() && name.ns.size() == parent.name->ns.size()) {
        detail::require_name(name.local, "an element name");
    } else {
        check_element_name(name);
    }
}

void check_attribute_name(const Name& name) {
    detail::require_name(name.local, "an attribute name");
    detail::require_namespace(name.ns);
    if (name.ns.empty() && name.local == "xmlns") {
        throw Invalid{"an attribute cannot be called xmlns: give the element its namespace", 0};
    }
}

Node& append_node(Node& parent, const Name& name) {
    Node* const node = detail::make_node(*parent.arena, detail::store_name(*parent.arena, name));
    detail::link(parent, *node);
    return *node;
}

void check_child(const Node* parent, const Node* child) {
    if (parent == nullptr || child == nullptr || child->parent != parent) {
        throw std::invalid_argument{"bridge: not a child of this element"};
    }
}

// Put the tree that `added` owns before `before`, or last.
Node& adopt(Node& parent, Node& added, detail::Item* before) {
    parent.arena->adopt(*added.arena);
    detail::link(parent, added, before);
    return added;
}

// End a child that has been taken out of its parent.
void let_go(Arena& arena, Node& child) { detail::release_items(arena, &child); }

} // namespace

Element detail::make_element(const Name& name, std::span<const Attribute> attributes) {
    return Node::own(new_tree(Arena::make_roomy(), [&](Arena& arena) {
        Node* const node = detail::make_node(arena, detail::store_name(arena, name));
        auto** link = &node->attributes;
        for (const auto& each : attributes) {
            if (each.value.empty()) continue;
            *link = detail::make_attribute(arena, each.name, each.value);
            link = &(*link)->next;
        }
        return node;
    }));
}

Element::Element(std::string_view local, std::string_view ns) : Tag(nullptr) {
    check_element_name({local, ns});
    node_ = new_tree(Arena::make_roomy(), [&](Arena& arena) {
        return detail::make_node(arena, detail::store_name(arena, {local, ns}));
    });
}

Element::Element(const Element& other) : Tag(copy_of_node(other.node_)) {}

Element::Element(Element&& other) noexcept : Tag(other.node_) {
    if (node_ == nullptr) return;
    if (node_->owned_by(other)) {
        other.node_ = nullptr;
    } else {
        node_ = copy_of_node(node_);
    }
}

Element& Element::operator=(const Element& other) {
    if (this == &other) return *this;
    if (node_ == nullptr || node_->owned_by(*this)) {
        Element copy{other};
        std::swap(node_, copy.node_);
    } else if (other.node_ != nullptr) {
        detail::replace_all(*node_, *other.node_);
    } else {
        clear();
        while (node_->attributes != nullptr) unset(*node_->attributes->name);
    }
    return *this;
}

Element& Element::operator=(Element&& other) noexcept {
    const bool movable = (node_ == nullptr || node_->owned_by(*this)) &&
                         (other.node_ == nullptr || other.node_->owned_by(other));
    if (!movable) return *this = std::as_const(other);
    Element moved{std::move(other)};
    std::swap(node_, moved.node_);
    return *this;
}

Element::~Element() {
    if (node_ != nullptr && node_->owned_by(*this)) Arena::destroy(node_->arena);
}

Element Element::copy_of(const Tag& tag) {
    const Node* const node = Node::of(tag);
    if (node == nullptr) return {};
    return Element{
        new_tree(Arena::make(), [node](Arena& arena) { return detail::copy_start(arena, *node); })};
}

Element& Element::set(const Name& name, std::string_view value) & {
    check_attribute_name(name);
    detail::require_text(value, "an attribute value");
    detail::set_attribute(changeable(node_), name, value);
    return *this;
}

Element& Element::unset(const Name& name) & {
    detail::unset_attribute(changeable(node_), name);
    return *this;
}

Element& Element::add(Element child) & {
    if (child) append(std::move(child));
    return *this;
}

Element& Element::add(const Name& name, std::string_view text) & {
    Node& parent = changeable(node_);
    check_child_name(parent, name);
    detail::require_text(text, "text");
    Node& child = append_node(parent, name);
    try {
        detail::append_text(child, text);
    } catch (...) {
        forget(child.self);
        throw;
    }
    return *this;
}

Element& Element::add_text(std::string_view text) & {
    detail::require_text(text, "text");
    detail::append_text(changeable(node_), text);
    return *this;
}

Element& Element::append(const Name& name) {
    Node& parent = changeable(node_);
    check_child_name(parent, name);
    return append_node(parent, name).self;
}

Element& Element::append(Element child) {
    if (!child) throw std::invalid_argument{"bridge: the empty element cannot be appended"};
    Node& parent = changeable(node_);
    return adopt(parent, *std::exchange(child.node_, nullptr), nullptr).self;
}

Element& Element::insert_before(const Element& child, Element added) {
    check_child(node_, child.node_);
    if (added) adopt(*node_, *std::exchange(added.node_, nullptr), child.node_);
    return *this;
}

Element& Element::insert_after(const Element& child, Element added) {
    check_child(node_, child.node_);
    if (added) adopt(*node_, *std::exchange(added.node_, nullptr), child.node_->next);
    return *this;
}

Element& Element::replace(const Element& child, Element added) {
    insert_before(child, std::move(added));
    forget(child);
    return *this;
}

Element Element::remove(const Element& child) {
    check_child(node_, child.node_);
    Node* const node = child.node_;
    if (node->arena == node_->arena) {
        Element copy{child};
        forget(child);
        return copy;
    }
    detail::unlink(*node);
    node->arena->leave();
    return Element{node};
}

void Element::forget(const Element& child) {
    check_child(node_, child.node_);
    Node* const node = child.node_;
    detail::unlink(*node);
    let_go(*node_->arena, *node);
}

void Element::clear() {
    Node& node = changeable(node_);
    detail::release_items(*node.arena, std::exchange(node.first, nullptr));
    node.last = nullptr;
}

} // namespace bridge
