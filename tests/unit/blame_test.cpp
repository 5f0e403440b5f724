// What a server has ended two sessions for is not sent a third time.
#include "headstock/session/blame.hpp"
#include "tests/support/heap_fault.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <new>
#include <string>
#include <utility>
#include <vector>

using headstock::DeliveryState, headstock::Unsent, headstock::detail::Blame;

namespace {

Unsent written(std::string id) {
    auto xml = "<message id='" + id + "'/>";
    return {.stanza = "message",
            .to = {},
            .id = std::move(id),
            .xml = std::move(xml),
            .state = DeliveryState::written};
}

} // namespace

TEST_CASE("blame: it falls on what was on its way both times") {
    Blame blame;
    CHECK_FALSE(blame.falls_again_on({written("1"), written("2"), written("1")}));
    CHECK_FALSE(blame.falls_again_on({written("3")}));
    CHECK_FALSE(blame.falls_again_on({written("1")})); // not the last time
    CHECK(blame.falls_again_on({written("4"), written("1")}));
    blame.forget();
    CHECK_FALSE(blame.falls_again_on({written("1")}));
}

TEST_CASE("blame: not on what only waited, has no id, or is presence") {
    auto waits = written("1");
    waits.state = DeliveryState::queued;
    const auto nameless = written("");
    auto presence = written("2");
    presence.stanza = "presence";
    Blame blame;
    const std::vector<Unsent> all{waits, nameless, presence};
    CHECK_FALSE(blame.falls_again_on(all));
    CHECK_FALSE(blame.falls_again_on(all));
}

TEST_CASE("blame: where memory runs out the last time is not forgotten") {
    const std::vector<Unsent> first{written("1")};
    const std::vector<Unsent> second{written("2"), written("3")};
    for (std::size_t nth = 1; nth <= 2; ++nth) {
        CAPTURE(nth);
        Blame blame;
        blame.falls_again_on(first);
        bool failed = false;
        {
            const test::HeapFault fault{nth};
            try {
                blame.falls_again_on(second);
            } catch (const std::bad_alloc&) {
                failed = true;
            }
        }
        REQUIRE(failed);
        CHECK(blame.falls_again_on(first));
    }
}
