// A line of the log laid out for a person.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// `line`, with or without its end, as LogRecord::indented() says; a note stays as it is.
/// Linear in time and memory, whatever is in it.
std::string indent_line(std::string_view line);

} // namespace headstock::detail
