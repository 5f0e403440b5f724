// How large a copy of an element is, told without making it.
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

} // namespace bridge::detail
