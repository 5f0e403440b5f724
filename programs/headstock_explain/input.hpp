// Files, and standard input, as text.
#pragma once

#include <string>

namespace explaining {

/// What messages call a file: its name, or "standard input" for "-".  Safe for a terminal.
std::string name_of(const std::string& path);

/// All of a file, or of standard input for "-".  Throws BadInput for one that cannot be read or has
/// more than 16 MiB.
std::string read_input(const std::string& path);

} // namespace explaining
