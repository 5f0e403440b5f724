// What the program is given and cannot use.
#pragma once

#include <stdexcept>

namespace explaining {

/// what() has one line or more for the user, without an end of line, safe for a terminal.
class BadInput : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace explaining
