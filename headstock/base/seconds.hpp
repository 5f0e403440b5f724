// A time in words.
#pragma once

#include <chrono>
#include <string>

namespace headstock::detail {

/// "15 s", "0.25 s".
std::string seconds(std::chrono::milliseconds time);

} // namespace headstock::detail
