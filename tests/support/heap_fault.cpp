#include "tests/support/heap_fault.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>

#include <link.h>

// What stands behind calloc: the sanitizers' own, or glibc's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" void* __interceptor_calloc(std::size_t count, std::size_t size); // NOLINT
#define HEADSTOCK_TEST_CALLOC __interceptor_calloc
#elif defined(__GLIBC__)
extern "C" void* __libc_calloc(std::size_t count, std::size_t size); // NOLINT
#define HEADSTOCK_TEST_CALLOC __libc_calloc
#endif

namespace {

constexpr std::size_t never = SIZE_MAX;

std::atomic<bool> counting{false};
std::atomic<std::size_t> asked_so_far{0};
std::atomic<std::size_t> first{never};
std::atomic<bool> lasting{false};
std::atomic<test::HeapFault::Of> counted{test::HeapFault::Of::all};
thread_local constinit int spared = 0;

} // namespace

namespace test {

HeapFault::HeapFault(std::size_t nth, Lasts lasts, Of of) noexcept {
    asked_so_far = 0;
    counted = of;
    first = nth == 0 ? never : nth;
    lasting = lasts == Lasts::from_then_on;
    counting = true;
}

HeapFault::~HeapFault() { counting = false; }

std::size_t HeapFault::asked() const noexcept { return asked_so_far; }

void HeapFault::lift() noexcept { first = never; }

HeapSpared::HeapSpared() noexcept { ++spared; }

HeapSpared::~HeapSpared() { --spared; }

bool heap_fault_due(HeapFault::Of kind) noexcept {
    if (!counting.load(std::memory_order_relaxed) || spared > 0) return false;
    if (counted != HeapFault::Of::all && counted != kind) return false;
    const auto number = ++asked_so_far;
    const bool due = number == first || (lasting && number > first);
    if (due) errno = ENOMEM;
    return due;
}

} // namespace test

#ifdef HEADSTOCK_TEST_CALLOC

namespace {

// Where the code of mbedTLS lies.
struct Range {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
};
Range ranges[3]; // NOLINT(*-avoid-c-arrays): read without a function of anybody's

int note_range(dl_phdr_info* library, std::size_t, void* count) {
    auto& used = *static_cast<std::size_t*>(count);
    if (std::strstr(library->dlpi_name, "libmbed") == nullptr || used == std::size(ranges))
        return 0;
    for (int i = 0; i < library->dlpi_phnum; ++i) {
        const auto& part = library->dlpi_phdr[i];
        const auto at = library->dlpi_addr + part.p_vaddr;
        if (part.p_type == PT_LOAD && (part.p_flags & PF_X) != 0)
            ranges[used++] = {at, at + part.p_memsz};
    }
    return 0;
}

[[maybe_unused]] const std::size_t libraries = [] {
    std::size_t count = 0;
    dl_iterate_phdr(&note_range, &count);
    return count;
}();

// TSan itself calls calloc() in a thread that it does not know yet, and must not meet its own marks
// there.
#if defined(__SANITIZE_THREAD__)
#define HEADSTOCK_TEST_UNMARKED __attribute__((no_sanitize_thread))
#else
#define HEADSTOCK_TEST_UNMARKED
#endif

HEADSTOCK_TEST_UNMARKED bool is_ours(const void* caller) {
    const auto at = reinterpret_cast<std::uintptr_t>(caller);
    for (const Range& range : ranges)
        if (at >= range.begin && at < range.end) return true;
    return false;
}

} // namespace

extern "C" HEADSTOCK_TEST_UNMARKED void* calloc(std::size_t count, std::size_t size) noexcept {
    if (is_ours(__builtin_return_address(0)) && test::heap_fault_due(test::HeapFault::Of::mbedtls))
        return nullptr;
    return HEADSTOCK_TEST_CALLOC(count, size);
}

#endif
