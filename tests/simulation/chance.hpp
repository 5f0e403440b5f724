// What happens by chance in a simulation, from a seed: the same seed gives the same run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>

namespace simulation {

class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}

    /// 0 to n - 1; `n` is more than nothing.  The library's distributions differ between systems.
    std::uint64_t below(std::uint64_t n) { return engine_() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    /// 0 to `most`: often nothing, often all, otherwise any.
    std::size_t part_of(std::size_t most) {
        switch (below(4)) {
        case 0:
            return 0;
        case 1:
            return most;
        default:
            return static_cast<std::size_t>(below(most + 1));
        }
    }
    /// How much a socket takes or gives of `most` bytes: a few now and then, otherwise up to 4 KiB.
    std::size_t piece_of(std::size_t most) {
        const auto size = 1 + below(one_in(4) ? 24 : 4096);
        return std::min(most, static_cast<std::size_t>(size));
    }

private:
    std::mt19937_64 engine_; // whose numbers the standard prescribes
};

} // namespace simulation
