// What other threads hand to the client: taken while there is room, and always where it is owed.
#include "headstock/dispatch/inbox.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

using headstock::detail::Inbox;

TEST_CASE("inbox: offer() is refused past the limit, push() never (issue 9.4)") {
    Inbox inbox{2};
    const auto nothing = [] {};
    CHECK(inbox.offer(nothing));
    CHECK(inbox.offer(nothing));
    CHECK_FALSE(inbox.offer(nothing));
    CHECK(inbox.push(nothing));
    CHECK(inbox.take().size() == 3);
    CHECK(inbox.offer(nothing));
    CHECK(inbox.close().size() == 1);
    CHECK_FALSE(inbox.offer(nothing));
    CHECK_FALSE(inbox.push(nothing));
}

TEST_CASE("inbox: emit() is refused past Limits::posted until events were given (issue 9.4)") {
    struct Event {};
    auto options = support::in_clear();
    options.limits.posted = 3;
    support::Stage stage{options};
    int seen = 0;
    stage.client->on_event([&](const Event&) { ++seen; });
    int taken = 0;
    while (stage.client->emit(Event{})) ++taken;
    CHECK(taken == 3);
    stage.take();
    CHECK(seen == 3);
    CHECK(stage.client->emit(Event{}));
}
