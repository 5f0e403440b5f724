// An element tree as a text that tells any two apart, made in two ways: of our elements, and by
// Expat alone, of the XML.
#pragma once

#include "bridge/element.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace fuzz {

/// Each name and text with its length before it, attributes in the order of their names,
/// neighbouring runs of text as one.
std::string tree_text(const bridge::Element& element);

/// The same of a document that Expat has read, with namespaces.
struct PlainTree {
    bool well_formed = false;
    std::string text{};
    bool has_doctype = false;
    bool has_other_version = false;  ///< Than 1.0.
    bool has_other_encoding = false; ///< The declaration names another than UTF-8.
    std::size_t longest_namespace = 0;
};
PlainTree plain_tree(std::string_view xml);

} // namespace fuzz
