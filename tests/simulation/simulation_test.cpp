// Stream management and coming back, by chance: lossless where the server resumes, and otherwise
// each stanza accounted for.
//
//     HEADSTOCK_SEED=n                  replay: only this seed, in every case
//     HEADSTOCK_WHOLE_SIMULATION=1      a million messages each way over 10,000 cuts
#include "tests/simulation/simulation.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

using simulation::Figures, simulation::Plan, simulation::Simulation;

namespace {

std::vector<std::uint64_t> seeds(std::uint64_t fixed) {
    if (const char* chosen = std::getenv("HEADSTOCK_SEED")) return {std::stoull(chosen)};
    std::vector<std::uint64_t> all;
    for (std::uint64_t seed = 1; seed <= fixed; ++seed) all.push_back(seed);
    all.push_back(std::random_device{}());
    return all;
}

Figures run(const Plan& plan) {
    try {
        return Simulation{plan}.run();
    } catch (const simulation::Broken& broken) {
        FAIL_CHECK(std::string{broken.what()} << "\nto replay: HEADSTOCK_SEED=" << plan.seed);
        return {};
    }
}

constexpr std::uint64_t fixed_seeds = 12;

} // namespace

TEST_CASE("simulation: a server that resumes, and everything arrives once and in order") {
    for (const auto seed : seeds(fixed_seeds)) {
        const auto figures = run({.seed = seed});
        CHECK(figures.sent == figures.arrived);
        CHECK(figures.said == figures.heard);
        CHECK(figures.unconfirmed == 0);
        CHECK(figures.sessions == 1);
        CHECK(figures.resumptions > 0);
    }
}

TEST_CASE("simulation: a server that resumes, and a client that ends in the middle of it") {
    for (const auto seed : seeds(fixed_seeds)) {
        const auto figures = run({.seed = seed, .comes_to_rest = false});
        CHECK(figures.resumptions > 0);
    }
}

TEST_CASE("simulation: a server that refuses and restarts, and every stanza is accounted for") {
    std::uint64_t unconfirmed = 0;
    for (const auto seed : seeds(fixed_seeds)) {
        const auto figures = run({.seed = seed, .lossless = false, .cuts = 60});
        CHECK(figures.sessions > 1);
        unconfirmed += figures.unconfirmed;
    }
    CHECK(unconfirmed > 0);
}

TEST_CASE("simulation: a client that sends again what is in doubt, and nothing is lost") {
    std::uint64_t doubled = 0;
    for (const auto seed : seeds(fixed_seeds)) {
        const auto figures = run({.seed = seed, .lossless = false, .resends = true, .cuts = 60});
        CHECK(figures.sent <= figures.arrived + figures.unconfirmed);
        // by chance one may be in doubt ten times, after which it is told
        if (seed <= fixed_seeds) CHECK(figures.unconfirmed == 0);
        doubled += figures.doubled;
    }
    CHECK(doubled > 0);
}

TEST_CASE("simulation: a server that refuses, and a client that ends in the middle of it") {
    for (const auto seed : seeds(fixed_seeds)) {
        const auto figures =
            run({.seed = seed, .lossless = false, .comes_to_rest = false, .cuts = 60});
        CHECK(figures.sent >= 1'000);
    }
}

TEST_CASE("simulation: the same seed gives the same run") {
    const Plan plan{.seed = 7, .lossless = false};
    CHECK(run(plan).text() == run(plan).text());
}

namespace {

bool whole() { return std::getenv("HEADSTOCK_WHOLE_SIMULATION") != nullptr; }

// And shows what it was.
Figures run_whole(Plan plan) {
    const auto begin = std::chrono::steady_clock::now();
    plan.seed = seeds(0).front();
    const auto figures = run(plan);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("seed %llu: %s; %.1f s\n", static_cast<unsigned long long>(plan.seed),
                figures.text().c_str(), took.count());
    return figures;
}

} // namespace

TEST_CASE("simulation: a million messages each way over 10000 cuts" * doctest::skip(!whole())) {
    const auto figures = run_whole({.messages = 1'000'000, .cuts = 10'000});
    std::printf("lost: %llu to the server, %llu to the client\n",
                static_cast<unsigned long long>(figures.sent - figures.arrived),
                static_cast<unsigned long long>(figures.said - figures.heard));
    CHECK(figures.sent >= 1'000'000);
    CHECK(figures.sent == figures.arrived);
    CHECK(figures.said == figures.heard);
    CHECK(figures.cuts >= 10'000);
    CHECK(figures.sessions == 1);
}

TEST_CASE("simulation: a quarter of a million messages, and a server that refuses and restarts" *
          doctest::skip(!whole())) {
    const auto figures = run_whole({.lossless = false, .messages = 250'000, .cuts = 10'000});
    CHECK(figures.sent >= 250'000);
    CHECK(figures.cuts >= 10'000);
    CHECK(figures.unconfirmed > 0);
}
