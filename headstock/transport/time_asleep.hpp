// How long the machine has slept: what the loop's clock leaves out.
#pragma once

#include <cstdint>

namespace headstock::detail {

/// Milliseconds for which the machine was suspended, since it was started.  Two system clocks are
/// compared, without a system call where the kernel maps them.  Always 0 where there is no such
/// pair of clocks, as there is on Linux.
std::uint64_t time_asleep() noexcept;

} // namespace headstock::detail
