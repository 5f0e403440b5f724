// The counters of stream management (XEP-0198) against their model: random sequences of what may
// happen, by rapidcheck.
//
//     RC_PARAMS='seed=n max_success=100000'     as a failure says, or for a longer run
#include "tests/simulation/counters_model.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <iterator>
#include <vector>

using simulation::CountersPair, simulation::happenings;

TEST_CASE("stream management: the counters do what a model does that never wraps") {
    const auto agree = [] {
        CountersPair pair;
        pair.enable_sent(0);
        pair.enabled(1);
        const auto numbers =
            *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
        for (const auto number : numbers) {
            const auto which = number % std::size(happenings);
            (pair.*happenings[which])(number / std::size(happenings));
            pair.check();
        }
    };
    CHECK(rc::check("counters against their model", agree));
}
