// Programs made by chance, that do everything a client can from within everything it calls.
//
//     HEADSTOCK_WALKS=n         how many, instead of 300
//     HEADSTOCK_WALK_SEED=n     from this seed on, as a failure says
//     HEADSTOCK_WALK_SHOW=1     shows what happens
#include "tests/simulation/walk.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t usual) {
    const auto* const text = std::getenv(name);
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

} // namespace

TEST_CASE("walk: whatever a program does inside of callbacks, each is called as often as is said") {
    const auto first = from_environment("HEADSTOCK_WALK_SEED", 1);
    const auto count = from_environment("HEADSTOCK_WALKS", 300);
    simulation::WalkFigures all;
    for (auto seed = first; seed < first + count; ++seed) {
        CAPTURE(seed);
        simulation::Walk walk{seed};
        REQUIRE(walk.go() == "");
        const auto& figures = walk.figures();
        all.calls += figures.calls;
        all.acts += figures.acts;
        all.sessions += figures.sessions;
        all.losses += figures.losses;
        all.ends += figures.ends;
        all.destroyed += figures.destroyed;
    }
    MESSAGE(count << " walks: " << all.calls << " calls, " << all.acts << " acts, " << all.sessions
                  << " times ready, " << all.losses << " losses, " << all.ends << " ends, "
                  << all.destroyed << " clients destroyed");
    if (count < 100) return;
    CHECK(all.calls > 20 * count);
    CHECK(all.sessions > count / 2);
    CHECK(all.ends > count / 4);
    CHECK(all.destroyed > count / 20);
}
