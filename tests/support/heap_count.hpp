// How often the heap was asked for memory, and how much of it is out.
#pragma once

#include <cstddef>

namespace test {

/// Calls of operator new by this thread so far, in every form.  Our code and Expat, which is given
/// our memory functions, take all their memory there.
std::size_t heap_calls() noexcept;

/// Bytes that are out now, taken by any thread.
std::size_t heap_bytes() noexcept;

/// The most bytes that were out at once since it was made, above what was out then.  One at a time,
/// while other threads take nothing.
class HeapPeak {
public:
    HeapPeak() noexcept;
    std::size_t bytes() const noexcept;

private:
    std::size_t base_;
};

/// While one lives, operator new gives nothing, by any thread, that would bring what is out to more
/// than `bytes` above what was out when it was made.  One at a time.
class HeapLimit {
public:
    explicit HeapLimit(std::size_t bytes) noexcept;
    ~HeapLimit();
    HeapLimit(const HeapLimit&) = delete;
    HeapLimit& operator=(const HeapLimit&) = delete;
};

/// While one lives, `look` is shown each block before it goes back to the heap, on whatever thread.
/// One at a time.
class FreeWatch {
public:
    using Look = void (*)(const void* memory, std::size_t size) noexcept;
    explicit FreeWatch(Look look) noexcept;
    ~FreeWatch();
    FreeWatch(const FreeWatch&) = delete;
    FreeWatch& operator=(const FreeWatch&) = delete;
};

} // namespace test
