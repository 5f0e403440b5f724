#include "tests/support/heap_count.hpp"

#include "tests/support/heap_fault.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

thread_local std::size_t calls = 0;
std::atomic<std::size_t> bytes_out{0};
std::atomic<std::size_t> most_bytes{SIZE_MAX};
std::atomic<test::FreeWatch::Look> watch{nullptr};
std::atomic<std::size_t> peak_bytes{0};

// Exact for one thread at a time, which is all that is promised.
void took(std::size_t size) noexcept {
    const auto now = bytes_out += size;
    if (now > peak_bytes) peak_bytes = now;
}

void* counted(std::size_t size) noexcept {
    ++calls;
    if (test::heap_fault_due(test::HeapFault::Of::operator_new)) return nullptr;
    if (size > most_bytes || bytes_out > most_bytes - size) return nullptr;
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory != nullptr) took(malloc_usable_size(memory));
    return memory;
}

void freed(void* memory) noexcept {
    if (memory != nullptr) bytes_out -= malloc_usable_size(memory);
    if (const auto look = watch.load(); look != nullptr && memory != nullptr)
        look(memory, malloc_usable_size(memory));
    std::free(memory);
}

void* counted_or_throw(std::size_t size) {
    if (void* memory = counted(size)) return memory;
    throw std::bad_alloc{};
}

} // namespace

namespace test {

std::size_t heap_calls() noexcept { return calls; }

std::size_t heap_bytes() noexcept { return bytes_out; }

HeapPeak::HeapPeak() noexcept : base_(bytes_out) { peak_bytes = base_; }

std::size_t HeapPeak::bytes() const noexcept { return peak_bytes - base_; }

HeapLimit::HeapLimit(std::size_t bytes) noexcept { most_bytes = bytes_out + bytes; }

HeapLimit::~HeapLimit() { most_bytes = SIZE_MAX; }

FreeWatch::FreeWatch(Look look) noexcept { watch = look; }

FreeWatch::~FreeWatch() { watch = nullptr; }

} // namespace test

void* operator new(std::size_t size) { return counted_or_throw(size); }
void* operator new[](std::size_t size) { return counted_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { freed(memory); }
void operator delete[](void* memory) noexcept { freed(memory); }
void operator delete(void* memory, std::size_t) noexcept { freed(memory); }
void operator delete[](void* memory, std::size_t) noexcept { freed(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { freed(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { freed(memory); }
