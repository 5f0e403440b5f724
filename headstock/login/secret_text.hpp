// A secret inside XML, of which no copy is left behind.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// `xml` with `secret`, escaped, in the place of the `size` bytes from `at`.  Whoever takes it
/// wipes it.  `secret` holds nothing that XML cannot carry.
std::string
put_secret(std::string_view xml, std::size_t at, std::size_t size, std::string_view secret);

} // namespace headstock::detail
