// Makes memory run out at one allocation: to be tried with each of a scenario in turn.
#pragma once

#include <cstddef>

namespace test {

/// While one lives, the allocations of all threads are counted, but of those that are spared, and
/// one of them fails: operator new (our code, and Expat, which is given our memory functions)
/// throws or gives null, and so does calloc when mbedTLS calls it.  libuv's own are left out, since
/// libuv aborts when its tables cannot grow, and so are those of the C library.  One at a time.
class HeapFault {
public:
    enum class Lasts { once, from_then_on };
    /// Which are counted, and may fail.
    enum class Of { all, operator_new, mbedtls };

    /// The `nth` fails, counted from 1; 0: none does.
    explicit HeapFault(std::size_t nth, Lasts lasts = Lasts::once, Of of = Of::all) noexcept;
    ~HeapFault();
    HeapFault(const HeapFault&) = delete;
    HeapFault& operator=(const HeapFault&) = delete;

    /// How many were counted.
    std::size_t asked() const noexcept;
    /// From now on all succeed.
    void lift() noexcept;
};

/// While one lives, the thread that made it is not counted and lacks nothing: what it does is the
/// test's own.
class HeapSpared {
public:
    HeapSpared() noexcept;
    ~HeapSpared();
    HeapSpared(const HeapSpared&) = delete;
    HeapSpared& operator=(const HeapSpared&) = delete;
};

/// An allocation of this kind begins; true when it is to fail.  For the functions that allocate.
bool heap_fault_due(HeapFault::Of kind) noexcept;

} // namespace test
