// Contract 8: an object in the place of another, closures with handles, rows that are called once.
#include "tests/support/cast.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

using headstock::Tag;
using support::Item, support::Message, support::Stage, support::two_items;

TEST_CASE("contract 8: swap_handler misses no stanza and shows none twice") {
    Stage stage;
    Item old{stage, "old"};
    Item fresh{stage, "new"};
    stage.client->register_handler(old);
    CHECK(stage.seen_in("<message><item xmlns='urn:x' n='1'/></message>") == "old1");
    stage.client->swap_handler(old, fresh);
    CHECK(stage.seen_in("<message><item xmlns='urn:x' n='2'/></message>") == "new2");
    CHECK_THROWS_AS(stage.client->swap_handler(old, fresh), std::invalid_argument);
}

TEST_CASE("contract 8: a handler may swap itself, and the new one has its place in the order") {
    Stage stage;
    Item one{stage, "one"};
    Item fresh{stage, "fresh"};
    Item last{stage, "last"};
    one.then = [&] { stage.client->swap_handler(one, fresh); };
    stage.client->register_handler(one);
    stage.client->register_handler(last);
    CHECK(stage.seen_in("<message><item xmlns='urn:x' n='1'/></message>") == "one1 last1");
    CHECK(stage.seen_in("<message><item xmlns='urn:x' n='2'/></message>") == "fresh2 last2");
}

TEST_CASE(
    "contract 8: swapping in an object of another type, or one that is registered, is told apart") {
    Stage stage;
    Item one{stage, "x"};
    Message message{stage};
    stage.client->register_handler(one);
    stage.client->swap_handler(one, message);
    CHECK(stage.seen_in(two_items) == "message");
    stage.client->register_handler(one);
    CHECK_THROWS_AS(stage.client->swap_handler(message, one), std::invalid_argument);
    CHECK(stage.seen_in(two_items) == "x1 x2 message");
}

TEST_CASE("contract 8: closures have handles, and may unregister themselves") {
    Stage stage;
    headstock::Handle handle;
    auto alive =
        std::make_shared<int>(0); // destroyed with the closure: ASan sees a call on what is gone
    handle = stage.client->on({"item", "urn:x"}, [&, alive](const Tag&) {
        CHECK(stage.client->unregister(handle));
        CHECK_FALSE(stage.client->unregister(handle));
        ++*alive;
    });
    stage.says(two_items);
    stage.says(two_items);
    CHECK(*alive == 1);
    CHECK(alive.use_count() == 1);
    CHECK_FALSE(stage.client->unregister(handle));
    CHECK_FALSE(stage.client->unregister(headstock::Handle{}));
}

TEST_CASE("contract 8: a closure may be added by one, and by on_unhandled, and register_on_iq may "
          "replace itself") {
    Stage stage;
    stage.client->on_unhandled([&](const Tag&) {
        stage.seen.add("unhandled");
        stage.client->on("message", stage.noting("added"));
        stage.client->on_unhandled(stage.noting("replaced"));
    });
    headstock::Handle waiter;
    waiter = stage.client->register_on_iq([&](const Tag&) {
        stage.client->unregister(waiter);
        stage.client->register_on_iq(stage.noting("second"));
        stage.seen.add("first");
    });
    CHECK(stage.seen_in("<message/>") == "unhandled");
    CHECK(stage.seen_in("<message/>") == "added");
    CHECK(stage.seen_in("<presence/>") == "replaced");
    CHECK(stage.seen_in("<iq type='get' id='1'><q xmlns='urn:x'/></iq>") == "first");
    CHECK(stage.seen_in("<iq type='get' id='2'><q xmlns='urn:x'/></iq>") == "second");
}

TEST_CASE("once: called for the first match, then never again, also within one stanza") {
    Stage stage;
    stage.client->on(headstock::Match{.path = {"item", "urn:x"}, .once = true},
                     stage.noting("once"));
    stage.client->on(headstock::Match{.path = {"item", "urn:x"}, .once = true, .whole = true},
                     stage.noting("whole"));
    CHECK(
        stage.seen_in("<message from='a@x'><item xmlns='urn:x'/><item xmlns='urn:x'/></message>") ==
        "once whole");
    CHECK(stage.seen_in(two_items) == "");
}

TEST_CASE("once: a match that throws was the first") {
    Stage stage;
    stage.client->on_exception(
        [&](std::string_view, const std::exception_ptr&) { stage.seen.add("thrown"); });
    stage.client->on(headstock::Match{.path = "message", .once = true},
                     [](const Tag&) { throw 0; });
    CHECK(stage.seen_in("<message/><message/>") == "thrown");
}
