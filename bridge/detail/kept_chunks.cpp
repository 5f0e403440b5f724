#include "bridge/detail/kept_chunks.hpp"

#include <array>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define BRIDGE_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BRIDGE_ADDRESS_SANITIZER
#endif
#endif
#ifdef BRIDGE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace bridge::detail {
namespace {

constexpr unsigned most_of_a_size = 4;

// What lies in a kept chunk is gone: the address sanitizer is to see it as freed.
void forbid([[maybe_unused]] void* chunk, [[maybe_unused]] std::size_t size) noexcept {
#ifdef BRIDGE_ADDRESS_SANITIZER
    ASAN_POISON_MEMORY_REGION(chunk, size);
#endif
}
void allow([[maybe_unused]] void* chunk, [[maybe_unused]] std::size_t size) noexcept {
#ifdef BRIDGE_ADDRESS_SANITIZER
    ASAN_UNPOISON_MEMORY_REGION(chunk, size);
#endif
}

struct Shelf {
    std::array<void*, most_of_a_size> chunks{};
    unsigned count = 0;
};

// These have no destructor: trees that outlive the thread's other objects are freed as well.
thread_local constinit std::array<Shelf, 2> shelves{};
thread_local constinit bool closed = false;

Shelf* shelf_for(std::size_t size) {
    if (size == small_tree) return &shelves[0];
    return size == 2 * small_tree ? &shelves[1] : nullptr;
}

struct Closer {
    Closer() = default;
    Closer(const Closer&) = delete;
    Closer& operator=(const Closer&) = delete;
    ~Closer() {
        closed = true;
        for (const std::size_t size : {small_tree, 2 * small_tree}) {
            while (void* chunk = take_kept(size)) ::operator delete(chunk);
        }
    }
};

} // namespace

void* take_kept(std::size_t size) noexcept {
    auto* const shelf = shelf_for(size);
    if (shelf == nullptr || shelf->count == 0) return nullptr;
    void* const chunk = shelf->chunks[--shelf->count];
    allow(chunk, size);
    return chunk;
}

void keep_or_free(void* chunk, std::size_t size) noexcept {
    auto* const shelf = shelf_for(size);
    if (shelf == nullptr || shelf->count == most_of_a_size || closed)
        return ::operator delete(chunk);
    thread_local const Closer closer;
    static_cast<void>(closer);
    forbid(chunk, size);
    shelf->chunks[shelf->count++] = chunk;
}

} // namespace bridge::detail
