// Sentences out of parts: what errors and the log say.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// The parts in a row.  A chain of `+` is inlined at each place, a kilobyte or more for what is
/// hardly ever said.
std::string concat(std::initializer_list<std::string_view> parts);
/// "one, two, three"
std::string listed(const std::vector<std::string>& words);

} // namespace headstock::detail
