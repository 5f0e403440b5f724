// What libFuzzer calls, of the target that HEADSTOCK_FUZZ_TARGET names.
#include "tests/fuzz/targets.hpp"
#include "tests/support/heap_fault.hpp"

#include <cstddef>
#include <cstdint>

// heap_count.cpp asks.  No allocation fails here: that would be another input than the one kept.
bool test::heap_fault_due(HeapFault::Of) noexcept { return false; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::HEADSTOCK_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
