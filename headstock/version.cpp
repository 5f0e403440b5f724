#include "headstock/version.hpp"

namespace headstock {

// A constant of its own: header_version is one object for the program and a static library, and the
// linker may take the program's.
std::string_view version() noexcept {
    constexpr std::string_view compiled_with = header_version;
    return compiled_with;
}

} // namespace headstock
