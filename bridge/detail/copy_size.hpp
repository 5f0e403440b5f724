// How large a copy of an element is, or its text, told without making either.
#pragma once

#include "bridge/element.hpp"
#include "bridge/export.hpp"

#include <cstddef>

namespace bridge::detail {

/// Bytes that a copy of name and attributes holds, about.
BRIDGE_API std::size_t copy_size(const Tag& tag);
/// The same of the whole element.  Counting ends above `most`, so that what is too large costs no
/// more than what is not.  Without recursion.
BRIDGE_API std::size_t copy_size(const Element& element, std::size_t most);
/// Bytes that xml() writes, or fewer: what it escapes is counted as it is read, and of the
/// namespaces of attributes one for each element.  Counting ends above `most`.  Without recursion.
BRIDGE_API std::size_t least_xml_size(const Element& element, std::size_t most);

} // namespace bridge::detail
