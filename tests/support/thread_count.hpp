// How many threads this process has.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <thread>

namespace support {

inline std::ptrdiff_t threads_of_this_process() {
    const std::filesystem::directory_iterator tasks{"/proc/self/task"};
    return std::distance(begin(tasks), end(tasks));
}

/// The same once it has stayed so for a tenth of a second: threads of earlier tests have ended, and
/// TSan has begun its own, which it does with the first thread of a program.
inline std::ptrdiff_t settled_threads() {
    std::thread{[] {}}.join();
    auto last = threads_of_this_process();
    for (int same = 0; same < 100; ++same) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
        if (threads_of_this_process() != last) same = 0;
        last = threads_of_this_process();
    }
    return last;
}

} // namespace support
