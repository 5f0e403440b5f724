// Reading an Element.  What is absent reads as the empty element, so nothing here can fail.
#include "bridge/element.hpp"

#include "bridge/detail/node.hpp"
#include "bridge/detail/tree.hpp"

#include <iterator>

namespace bridge {

using detail::Item;
using detail::Node;

namespace {

constinit const Element nothing;

const Element& handle(const Node* node) { return node == nullptr ? nothing : node->self; }

const Node* find_from(const Item* item, const std::optional<Name>& name) {
    return name ? detail::find_node(item, *name) : detail::next_node(item);
}

const Item* first_of(const Node* node) { return node == nullptr ? nullptr : node->first; }

// One step of a path: `name` in the namespace of `from`, or `{namespace}name`.  Takes it off
// `path`.
std::optional<Name> take_step(std::string_view& path, const Element& from) {
    Name name{{}, from.ns()};
    if (path.starts_with('{')) {
        const auto close = path.find('}');
        if (close == path.npos) return std::nullopt;
        name.ns = path.substr(1, close - 1);
        path.remove_prefix(close + 1);
    }
    name.local = path.substr(0, path.find('/'));
    path.remove_prefix(name.local.size());
    if (name.local.empty() || path == "/") return std::nullopt;
    if (!path.empty()) path.remove_prefix(1);
    return name;
}

} // namespace

const Element& Content::element() const {
    return item_ == nullptr || item_->is_text ? nothing : detail::as_node(item_)->self;
}

std::string_view Content::text() const {
    return is_text() ? detail::as_text(item_)->value.view() : std::string_view{};
}

bool Content::is_text() const { return item_ != nullptr && item_->is_text; }

Children::iterator::iterator(const Item* from, std::optional<Name> only)
    : at_(find_from(from, only)), only_(only) {}

const Element& Children::iterator::operator*() const { return handle(at_); }

Children::iterator& Children::iterator::operator++() {
    at_ = find_from(at_->next, only_);
    return *this;
}

Children::iterator Children::iterator::operator++(int) {
    const auto before = *this;
    ++*this;
    return before;
}

Children::iterator Children::begin() const { return {first_of(parent_), only_}; }

std::size_t Children::size() const {
    return static_cast<std::size_t>(std::distance(begin(), end()));
}

Contents::iterator& Contents::iterator::operator++() {
    at_ = at_->next;
    return *this;
}

Contents::iterator Contents::iterator::operator++(int) {
    const auto before = *this;
    ++*this;
    return before;
}

Contents::iterator Contents::begin() const { return iterator{first_of(parent_)}; }

std::string_view Element::text() const {
    const Item* item = first_of(node_);
    while (item != nullptr && !item->is_text) item = item->next;
    return Content{item}.text();
}

std::string Element::all_text() const {
    std::string all;
    if (node_ == nullptr) return all;
    detail::walk(
        *node_, [&](const Item& item) { all += Content{&item}.text(); }, [](const Item&) {});
    return all;
}

const Element& Element::child(const Name& name) const {
    return handle(detail::find_node(first_of(node_), name));
}

Element* Element::find(const Name& name) {
    const Node* node = detail::find_node(first_of(node_), name);
    return node == nullptr ? nullptr : &const_cast<Node*>(node)->self;
}

const Element& Element::at(std::initializer_list<Name> path) const {
    const Element* at = this;
    for (const auto name : path) at = &at->child(name);
    return *at;
}

const Element& Element::at(std::string_view path) const {
    const Element* at = this;
    do {
        const auto name = take_step(path, *at);
        if (!name) return nothing;
        at = &at->child(*name);
    } while (!path.empty());
    return *at;
}

const Element& Element::first_child() const { return handle(detail::next_node(first_of(node_))); }

const Element& Element::last_child() const {
    const Item* item = node_ == nullptr ? nullptr : node_->last;
    while (item != nullptr && item->is_text) item = item->prev;
    return handle(detail::as_node(item));
}

bool Element::operator==(const Element& other) const {
    if (node_ == nullptr || other.node_ == nullptr) return node_ == other.node_;
    return detail::equal(*node_, *other.node_);
}

} // namespace bridge
