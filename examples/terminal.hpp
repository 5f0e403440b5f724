// Questions to whoever sits at the terminal.
#pragma once

#include <string>

namespace examples {

/// The line that is typed after `what`; empty when there is none.
std::string ask(const std::string& what);
/// The same for what nobody should see: nothing is echoed.
std::string ask_secret(const std::string& what);

} // namespace examples
