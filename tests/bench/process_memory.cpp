#include "tests/bench/process_memory.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace bench {

// No stream and no string: what looks at memory should take none.
std::size_t resident_bytes() {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{
        std::fopen("/proc/self/smaps_rollup", "r"), &std::fclose};
    std::array<char, 256> line{};
    while (file && std::fgets(line.data(), line.size(), file.get()) != nullptr) {
        constexpr char key[] = "Rss:";
        if (std::strncmp(line.data(), key, sizeof key - 1) != 0) continue;
        return std::strtoull(line.data() + sizeof key - 1, nullptr, 10) * 1024;
    }
    throw std::runtime_error("/proc/self/smaps_rollup does not tell Rss");
}

} // namespace bench
