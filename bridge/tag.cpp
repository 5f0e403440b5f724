#include "bridge/tag.hpp"

#include "bridge/detail/node.hpp"
#include "bridge/detail/tree.hpp"
#include "bridge/element.hpp"

namespace bridge {

namespace {

constinit const Element no_element;
constexpr Name no_name{};

std::string_view value_or(const detail::AttributeNode* found, std::string_view or_else) {
    return found == nullptr ? or_else : found->value.view();
}

} // namespace

Attribute Attributes::iterator::operator*() const { return {*at_->name, at_->value.view()}; }

Attributes::iterator& Attributes::iterator::operator++() {
    at_ = at_->next;
    return *this;
}

Attributes::iterator Attributes::iterator::operator++(int) {
    const auto before = *this;
    ++*this;
    return before;
}

Attributes::iterator Attributes::begin() const {
    return iterator{node_ == nullptr ? nullptr : node_->attributes};
}

std::size_t Attributes::size() const {
    return static_cast<std::size_t>(std::distance(begin(), end()));
}

const Name& Tag::name() const { return node_ == nullptr ? no_name : *node_->name; }

std::string_view Tag::attribute(std::string_view local, std::string_view or_else) const {
    if (node_ == nullptr) return or_else;
    return value_or(detail::find_attribute(*node_, local), or_else);
}

std::string_view Tag::attribute(const Name& name, std::string_view or_else) const {
    if (node_ == nullptr) return or_else;
    return value_or(detail::find_attribute(*node_, name), or_else);
}

bool Tag::has_attribute(const Name& name) const {
    return node_ != nullptr && detail::find_attribute(*node_, name) != nullptr;
}

const Tag& Tag::parent() const {
    return node_ == nullptr || node_->parent == nullptr ? no_element : node_->parent->self;
}

} // namespace bridge
