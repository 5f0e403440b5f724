// Sentences out of parts: what errors and the log say.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// The parts in a row.  A chain of `+` is inlined at each place, a kilobyte or more for what is
/// hardly ever said.
std::string concat(std::initializer_list<std::string_view> parts);
/// A number for such a sentence.  std::to_string is a hundred bytes at each place, and its table of
/// digits stands once for each type.
std::string decimal(std::uint64_t number);
/// "one, two, three"
std::string listed(const std::vector<std::string>& words);

} // namespace headstock::detail
