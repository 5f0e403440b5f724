// How much memory the system says that this process has.
#pragma once

#include <cstddef>

namespace bench {

/// Bytes that are resident now, counted page by page: VmRSS is out by some hundred KiB on kernels
/// that count by processor.  It takes some 50 us.  Throws std::runtime_error when the system says
/// nothing.
std::size_t resident_bytes();

} // namespace bench
