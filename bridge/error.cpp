#include "bridge/error.hpp"

namespace bridge {

std::string ParseError::message() const {
    if (line == 0) return text;
    return text + " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

} // namespace bridge
