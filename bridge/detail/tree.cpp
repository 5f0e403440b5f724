#include "bridge/detail/tree.hpp"

#include "bridge/detail/attribute_index.hpp"
#include "bridge/detail/copy_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <stdexcept>
#include <utility>

namespace bridge::detail {
namespace {

constexpr std::size_t longest_value = std::size_t{1} << 31;

std::uint32_t as_size(std::size_t size) {
    if (size > longest_value) throw std::length_error{"bridge: text of more than 2 GiB"};
    return static_cast<std::uint32_t>(size);
}

// The same place, or one that lies over it: what an element says of itself may be given back to it.
void move_bytes(char* to, std::string_view from) {
    if (!from.empty()) std::memmove(to, from.data(), from.size());
}

// What a copy of `name` has in its block; with `shared`, the namespace is in somebody else's.
std::size_t name_size(const Name& name, bool shared) {
    return sizeof(Name) + name.local.size() + (shared ? 0 : name.ns.size());
}

std::size_t name_size(const Name& name) { return name_size(name, false); }

// A namespace of its own lies right behind the local name.
bool shares_ns(const Name& stored) {
    return stored.local.data() + stored.local.size() != stored.ns.data();
}

// A copy of `name` in the name_size() bytes at `memory`.
const Name* name_at(char* memory, const Name& name) {
    char* const local = memory + sizeof(Name);
    char* const ns = copy_bytes(local, name.local);
    copy_bytes(ns, name.ns);
    return new (memory) Name{{local, name.local.size()}, {ns, name.ns.size()}};
}

void release_name(Arena& arena, const Name* name) noexcept {
    arena.release(const_cast<Name*>(name), name_size(*name, shares_ns(*name)));
}

void release_value(Arena& arena, const Value& value) noexcept {
    if (value.data != nullptr) arena.release(value.data, value.capacity);
}

void release_attribute(Arena& arena, AttributeNode* attribute) noexcept {
    release_value(arena, attribute->value);
    release_name(arena, attribute->name);
    arena.release(attribute, sizeof(AttributeNode));
}

void release_attributes(Arena& arena, AttributeNode* attribute) noexcept {
    while (attribute != nullptr) {
        release_attribute(arena, std::exchange(attribute, attribute->next));
    }
}

void release_text(Arena& arena, TextItem* text) noexcept {
    release_value(arena, text->value);
    arena.release(text, sizeof(TextItem));
}

void drop_index(Node& node) noexcept {
    if (node.index != nullptr)
        AttributeIndex::release(*node.arena, std::exchange(node.index, nullptr));
}

void release_start(Arena& arena, Node* node) noexcept {
    drop_index(*node);
    release_attributes(arena, node->attributes);
    release_name(arena, node->name);
    arena.release(node, sizeof(Node));
}

// A longer block for `value`, which holds the same bytes.
void grow(Arena& arena, Value& value, std::size_t needed) {
    as_size(needed);
    const auto ahead = value.data == nullptr ? needed : needed + needed / 4;
    const auto wanted = arena.fit(std::min(ahead, longest_value));
    if (value.data != nullptr) {
        if (void* longer = arena.extend(value.data, value.capacity, wanted)) {
            value.data = static_cast<char*>(longer);
            value.capacity = as_size(wanted);
            return;
        }
    }
    auto* data = static_cast<char*>(arena.allocate(wanted));
    copy_bytes(data, value.view());
    release_value(arena, value);
    value.data = data;
    value.capacity = as_size(wanted);
}

bool lies_in(std::string_view text, const Value& value) {
    const std::less_equal<const char*> before;
    return value.data != nullptr && !text.empty() && before(value.data, text.data()) &&
           before(text.data() + text.size(), value.data + value.size);
}

// From blocks that came back.
AttributeNode* make_attribute_in_parts(Arena& arena, const Name& name, std::string_view value) {
    auto* const attribute = new (arena.allocate(sizeof(AttributeNode)))
        AttributeNode{nullptr, store_name(arena, name), {}};
    assign(arena, attribute->value, value);
    return attribute;
}

// The link that points to the attribute, or the one at the end.  Without memory for an index it is
// found by walking on.
AttributeNode** attribute_link(Node& node, const Name& name) noexcept {
    auto** link = &node.attributes;
    for (unsigned passed = 0; *link != nullptr && !same_name(*(*link)->name, name); ++passed) {
        if (passed == AttributeIndex::fewest) {
            if (node.index == nullptr)
                node.index = AttributeIndex::make(*node.arena, node.attributes);
            if (node.index != nullptr) return node.index->find(name);
        }
        link = &(*link)->next;
    }
    return link;
}

} // namespace

const Name* store_name(Arena& arena, const Name& name) {
    return name_at(static_cast<char*>(arena.allocate(name_size(name))), name);
}

void assign(Arena& arena, Value& value, std::string_view text) {
    const auto size = as_size(text.size());
    if (size > value.capacity) {
        const auto capacity = as_size(arena.fit(size));
        auto* data = static_cast<char*>(arena.allocate(size));
        copy_bytes(data, text);
        release_value(arena, value);
        value = {data, size, capacity};
        return;
    }
    move_bytes(value.data, text);
    value.size = size;
}

void append(Arena& arena, Value& value, std::string_view text) {
    const auto needed = value.size + text.size();
    if (needed > value.capacity) {
        const bool inside = lies_in(text, value);
        const auto offset = inside ? static_cast<std::size_t>(text.data() - value.data) : 0;
        grow(arena, value, needed);
        if (inside) text = {value.data + offset, text.size()};
    }
    move_bytes(value.data + value.size, text);
    value.size = as_size(needed);
}

AttributeNode* make_attribute(Arena& arena, const Name& name, std::string_view value) {
    const auto size = as_size(value.size());
    const auto name_room = arena.fit(name_size(name));
    const auto room = value.empty() ? 0 : arena.fit(size);
    auto* const run =
        static_cast<char*>(arena.allocate_run(sizeof(AttributeNode) + name_room + room));
    if (run == nullptr) return make_attribute_in_parts(arena, name, value);
    auto* const data = run + sizeof(AttributeNode) + name_room;
    copy_bytes(data, value);
    return new (run) AttributeNode{
        nullptr, name_at(run + sizeof(AttributeNode), name),
        value.empty() ? Value{} : Value{data, size, static_cast<std::uint32_t>(room)}};
}

void set_attribute(Node& node, const Name& name, std::string_view value) {
    auto** link = attribute_link(node, name);
    if (*link != nullptr) return assign(*node.arena, (*link)->value, value);
    *link = make_attribute(*node.arena, name, value);
    if (node.index != nullptr && !node.index->added(*node.arena, *link)) drop_index(node);
}

void unset_attribute(Node& node, const Name& name) noexcept {
    auto** link = attribute_link(node, name);
    if (*link == nullptr) return;
    if (node.index != nullptr) node.index->removing(link);
    release_attribute(*node.arena, std::exchange(*link, (*link)->next));
}

const Node* next_node(const Item* item) {
    while (item != nullptr && item->is_text) item = item->next;
    return as_node(item);
}

const Node* find_node(const Item* item, const Name& name) {
    const Node* node = next_node(item);
    while (node != nullptr && *node->name != name) node = next_node(node->next);
    return node;
}

void link(Node& parent, Item& item, Item* before) noexcept {
    item.parent = &parent;
    item.next = before;
    item.prev = before == nullptr ? parent.last : before->prev;
    (item.prev == nullptr ? parent.first : item.prev->next) = &item;
    (before == nullptr ? parent.last : before->prev) = &item;
}

namespace {

void cut(Item& item) noexcept {
    Node& parent = *item.parent;
    (item.prev == nullptr ? parent.first : item.prev->next) = item.next;
    (item.next == nullptr ? parent.last : item.next->prev) = item.prev;
    item.parent = nullptr;
    item.next = item.prev = nullptr;
}

} // namespace

void unlink(Item& item) {
    Item* const next = item.next;
    if (item.prev != nullptr && item.prev->is_text && next != nullptr && next->is_text) {
        Arena& arena = *item.parent->arena;
        append(arena, as_text(item.prev)->value, as_text(next)->value.view());
        cut(*next);
        release_text(arena, as_text(next));
    }
    cut(item);
}

void append_text(Node& node, std::string_view text) {
    if (text.empty()) return;
    Arena& arena = *node.arena;
    if (node.last != nullptr && node.last->is_text)
        return append(arena, as_text(node.last)->value, text);
    auto* item = new (arena.allocate(sizeof(TextItem))) TextItem;
    assign(arena, item->value, text);
    link(node, *item);
}

void release_items(Arena& arena, Item* first) noexcept {
    while (first != nullptr) {
        Item* const item = std::exchange(first, first->next);
        if (item->is_text) {
            release_text(arena, as_text(item));
            continue;
        }
        Node* const node = as_node(item);
        if (node->arena != &arena) { // added as a tree of its own, goes as one
            Arena::destroy(node->arena);
            continue;
        }
        if (node->last != nullptr) { // what is inside is next in line
            node->last->next = first;
            first = node->first;
        }
        release_start(arena, node);
    }
}

namespace {

// A copy of `name` for a child of what is called `around`, in the arena of both: as nearly all are
// in the namespace of their parent, a long one is not copied for each of a hundred thousand short
// tags.  The parent keeps it: its children never outlive its name.
const Name* store_name_inside(Arena& arena, const Name& name, const Name& around) {
    if (name.ns.empty() || name.ns != around.ns) return store_name(arena, name);
    auto* const memory = static_cast<char*>(arena.allocate(name_size(name, true)));
    copy_bytes(memory + sizeof(Name), name.local);
    return new (memory) Name{{memory + sizeof(Name), name.local.size()}, around.ns};
}

Node* copy_start(Arena& arena, const Node& from, const Name* name) {
    Node* const node = make_node(arena, name);
    auto** link = &node->attributes;
    for (auto* at = from.attributes; at != nullptr; at = at->next) {
        *link = make_attribute(arena, *at->name, at->value.view());
        link = &(*link)->next;
    }
    return node;
}

} // namespace

Node* copy_start(Arena& arena, const Node& from) {
    return copy_start(arena, from, store_name(arena, *from.name));
}

Node* copy_tree(Arena& arena, const Node& from) {
    Node* const root = copy_start(arena, from);
    Node* into = root;
    const auto enter = [&](const Item& item) {
        if (item.is_text) {
            append_text(*into, as_text(&item)->value.view());
        } else if (&item != &from) {
            const Node& child = *as_node(&item);
            Node* const node =
                copy_start(arena, child, store_name_inside(arena, *child.name, *into->name));
            link(*into, *node);
            into = node;
        }
    };
    const auto leave = [&](const Item& item) {
        if (!item.is_text && &item != &from) into = into->parent;
    };
    try {
        walk(from, enter, leave);
    } catch (...) {
        release_items(arena, root);
        throw;
    }
    return root;
}

void replace_all(Node& to, const Node& from) {
    Arena& arena = *to.arena;
    Node* const fresh = copy_tree(arena, from);
    release_items(arena, std::exchange(to.first, std::exchange(fresh->first, nullptr)));
    to.last = std::exchange(fresh->last, nullptr);
    drop_index(to);
    std::swap(to.attributes, fresh->attributes);
    std::swap(to.name, fresh->name);
    for (Item* item = to.first; item != nullptr; item = item->next) item->parent = &to;
    release_start(arena, fresh);
}

} // namespace bridge::detail
