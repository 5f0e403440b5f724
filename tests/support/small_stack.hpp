// A thread on whose stack nothing fits that recurses as deep as a peer likes.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <pthread.h>
#include <stdexcept>

namespace support {

/// 256 KiB; four times that where a sanitizer makes every frame larger: a recursion of 100,000
/// levels would still have no more than ten bytes for each.
constexpr std::size_t small_stack = (256u << 10)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
                                    * 4
#endif
    ;

/// Calls `function` on such a thread; what it throws is thrown here.
inline void on_small_stack(const std::function<void()>& function) {
    struct Call {
        const std::function<void()>& function;
        std::exception_ptr thrown{};
    } call{function};
    const auto run = [](void* given) -> void* {
        auto& mine = *static_cast<Call*>(given);
        try {
            mine.function();
        } catch (...) {
            mine.thrown = std::current_exception();
        }
        return nullptr;
    };
    pthread_attr_t attributes{};
    pthread_t thread{};
    if (pthread_attr_init(&attributes) != 0 ||
        pthread_attr_setstacksize(&attributes, small_stack) != 0 ||
        pthread_create(&thread, &attributes, run, &call) != 0 || pthread_join(thread, nullptr) != 0)
        throw std::runtime_error{"no thread with a small stack"};
    pthread_attr_destroy(&attributes);
    if (call.thrown) std::rethrow_exception(call.thrown);
}

} // namespace support
