#include "headstock/version.hpp"

namespace headstock {

std::string_view version() noexcept { return header_version; }

} // namespace headstock
