// Whether two trees are equal: without recursion, and linear up to the sorting of attributes.
#include "bridge/detail/tree.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace bridge::detail {
namespace {

std::size_t count_from(const AttributeNode* at) {
    std::size_t count = 0;
    for (; at != nullptr; at = at->next) ++count;
    return count;
}

const AttributeNode* find_from(const AttributeNode* at, const Name& name) {
    while (at != nullptr && !same_name(*at->name, name)) at = at->next;
    return at;
}

bool same_attribute(const AttributeNode& a, const AttributeNode& b) {
    return same_name(*a.name, *b.name) && a.value.view() == b.value.view();
}

bool comes_before(const AttributeNode* a, const AttributeNode* b) {
    if (a->name->local != b->name->local) return a->name->local < b->name->local;
    return a->name->ns < b->name->ns;
}

// As many on each side, in any order; no two on one side have one name.
bool all_found(const AttributeNode* a, const AttributeNode* b) {
    for (; a != nullptr; a = a->next) {
        const auto* other = find_from(b, *a->name);
        if (other == nullptr || other->value.view() != a->value.view()) return false;
    }
    return true;
}

void list(const AttributeNode* at, const AttributeNode** to) {
    for (; at != nullptr; at = at->next) *to++ = at;
}

// The same for many.  Reading never throws, so without memory it is done the slow way.
bool all_found_sorted(const AttributeNode* a, const AttributeNode* b, std::size_t count) {
    const std::unique_ptr<const AttributeNode* []> both {
        new (std::nothrow) const AttributeNode*[2 * count]
    };
    if (both == nullptr) return all_found(a, b);
    const auto** const first = both.get();
    const auto** const second = first + count;
    list(a, first);
    list(b, second);
    std::sort(first, second, comes_before);
    std::sort(second, second + count, comes_before);
    return std::equal(first, second, second,
                      [](const auto* x, const auto* y) { return same_attribute(*x, *y); });
}

// Most that are equal stand in one order too.
bool same_attributes(const AttributeNode* a, const AttributeNode* b) {
    while (a != nullptr && b != nullptr && same_attribute(*a, *b)) {
        a = a->next;
        b = b->next;
    }
    const auto count = count_from(a);
    if (count != count_from(b)) return false;
    return count <= 16 ? all_found(a, b) : all_found_sorted(a, b, count);
}

bool same_item(const Item& a, const Item& b) {
    if (a.is_text != b.is_text) return false;
    if (a.is_text) return as_text(&a)->value.view() == as_text(&b)->value.view();
    return *as_node(&a)->name == *as_node(&b)->name &&
           same_attributes(as_node(&a)->attributes, as_node(&b)->attributes);
}

} // namespace

bool equal(const Node& a, const Node& b) {
    const Item* x = &a;
    const Item* y = &b;
    for (;;) {
        if (!same_item(*x, *y)) return false;
        const Item* const inside_x = first_inside(*x);
        const Item* const inside_y = first_inside(*y);
        if ((inside_x == nullptr) != (inside_y == nullptr)) return false;
        if (inside_x != nullptr) {
            x = inside_x;
            y = inside_y;
            continue;
        }
        while (x != &a && x->next == nullptr && y->next == nullptr) {
            x = x->parent;
            y = y->parent;
        }
        if (x == &a) return true;
        if (x->next == nullptr || y->next == nullptr) return false;
        x = x->next;
        y = y->next;
    }
}

} // namespace bridge::detail
