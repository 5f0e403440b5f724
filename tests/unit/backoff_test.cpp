// The clients of a server that restarts do not come back at the same moment: row K6 of the
// project's list of faults (RFC 6120 section 3.3).
#include "headstock/options.hpp"
#include "headstock/session/backoff_window.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

using headstock::Backoff;
using headstock::detail::BackoffWindow;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t clients = 10'000;

// How many come back in each second, by their wait behind the loss of that number in a row.
std::vector<std::size_t> returns_after(unsigned losses, std::uint64_t seed) {
    const Backoff rules;
    std::mt19937_64 random{seed};
    std::vector<std::size_t> in_second(static_cast<std::size_t>(rules.longest / 1s) + 1);
    for (std::size_t client = 0; client < clients; ++client) {
        BackoffWindow window;
        std::chrono::milliseconds wait{};
        for (unsigned loss = 0; loss < losses; ++loss) wait = window.next(rules, {}, random());
        ++in_second.at(static_cast<std::size_t>(wait / 1s));
    }
    while (in_second.back() == 0) in_second.pop_back();
    return in_second;
}

} // namespace

TEST_CASE("K6: ten thousand clients of one server come back spread over the window") {
    for (const unsigned losses : {1u, 2u, 4u, 8u}) {
        CAPTURE(losses);
        const auto in_second = returns_after(losses, losses);
        const auto most = *std::max_element(in_second.begin(), in_second.end());
        const auto mean = clients / in_second.size();
        CHECK(most <= 3 * mean);
    }
}

TEST_CASE("K6: the window is ten seconds at first, doubles, and is five minutes at most") {
    CHECK(returns_after(1, 1).size() == 10);
    CHECK(returns_after(2, 1).size() == 20);
    CHECK(returns_after(8, 1).size() == 300);
}
