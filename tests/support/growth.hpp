// Whether a cost grows with what came or with its square, told in a way that a busy machine cannot
// upset.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>

namespace support {

// Processor seconds that `what` takes: the least of three times, since noise only ever adds.
template <class F>
double least_seconds(F&& what) {
    double least = 1e9;
    for (int round = 0; round < 3; ++round) {
        const auto before = std::clock();
        what();
        least = std::min(least, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
    }
    return least;
}

// What is allowed beyond proportion, in seconds: less than that says nothing.  Sanitizers make
// large blocks of memory dear, so a build with them tells a square of large costs only.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr double resolution = 0.1;
#else
inline constexpr double resolution = 0.005;
#endif

// How many times `little` grows_evenly() asks about at the end: three doublings.
inline constexpr std::size_t growth = 8;

// Whether each doubling from `little` to eight times as much costs no more than 2.5 times, on the
// whole; `cost` tells the seconds for a size.  A square costs 64 times as much whenever it is
// asked, 15.6 are allowed; what a busy machine adds does not come five times in a row.
template <class Cost>
bool grows_evenly(std::size_t little, Cost&& cost) {
    constexpr double allowed = 2.5 * 2.5 * 2.5;
    for (int attempt = 0; attempt < 5; ++attempt) {
        const double before = cost(little);
        if (cost(growth * little) <= allowed * before + resolution) return true;
    }
    return false;
}

} // namespace support
