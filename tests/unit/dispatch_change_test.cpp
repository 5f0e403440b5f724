// Contract 8: adding and removing handlers, from inside of them too.
#include "tests/support/cast.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

using support::Item, support::Message, support::Stage, support::two_items;

TEST_CASE("contract 8: rows added start with the next stanza") {
    Stage stage;
    Item late{stage, "late"};
    Item first{stage, "first"};
    first.then = [&] {
        stage.client->register_handler(late);
        first.then = nullptr;
    };
    stage.client->register_handler(first);
    CHECK(stage.seen_in(two_items) == "first1 first2");
    CHECK(stage.seen_in(two_items) == "first1 late1 first2 late2");
}

TEST_CASE("contract 8: rows added while half of a stanza has come start with the next one") {
    Stage stage;
    Item one{stage, "x"};
    stage.says("<message><a xmlns='urn:x'><item n='1'/>");
    stage.client->register_handler(one);
    CHECK(stage.seen_in("<item n='2'/></a></message>") == "");
    CHECK(stage.seen_in(two_items) == "x1 x2");
}

TEST_CASE("contract 8: rows removed never run again, also in the middle of a stanza") {
    Stage stage;
    Item one{stage, "x"};
    stage.client->register_handler(one);
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><item n='1'/>") == "x1");
    stage.client->unregister_handler(one);
    CHECK(stage.seen_in("<item n='2'/></a></message>") == "");
    CHECK(stage.seen_in(two_items) == "");
}

TEST_CASE("contract 8: an element whose row is removed between its tags is not handed over") {
    Stage stage;
    std::optional<Item> one{Item{stage, "x"}};
    stage.client->register_handler(*one);
    stage.says("<message><item xmlns='urn:x' n='1'>");
    stage.client->unregister_handler(*one);
    one.reset();
    CHECK(stage.seen_in("</item></message>") == "");
}

TEST_CASE("H1: a handler may unregister itself (contract 8)") {
    Stage stage;
    Item one{stage, "x"};
    Item other{stage, "y"};
    one.then = [&] { stage.client->unregister_handler(one); };
    stage.client->register_handler(one);
    stage.client->register_handler(other);
    CHECK(stage.seen_in(two_items) == "x1 y1 y2");
}

TEST_CASE("H1: a handler may unregister another, before it or behind it (contract 8)") {
    Stage stage;
    Item before{stage, "before"};
    Item one{stage, "x"};
    Item behind{stage, "behind"};
    one.then = [&] {
        stage.client->unregister_handler(before);
        stage.client->unregister_handler(behind);
    };
    for (auto* each : {&before, &one, &behind}) stage.client->register_handler(*each);
    CHECK(stage.seen_in(two_items) == "before1 x1 x2");
}

TEST_CASE("H1: a handler may unregister all, and outer rows do not run (contract 8)") {
    Stage stage;
    Item one{stage, "x"};
    Message outer{stage};
    one.then = [&] { stage.client->unregister_all(); };
    stage.client->register_handler(one);
    stage.client->register_handler(outer);
    stage.client->on("message", stage.noting("closure"));
    CHECK(stage.seen_in(two_items) == "x1");
    CHECK(stage.seen_in(two_items) == "");
}

TEST_CASE("contract 8: a handler may be destroyed in its own call, once unregistered") {
    Stage stage;
    auto one = std::make_unique<Item>(Item{stage, "x"});
    one->then = [&] {
        stage.client->unregister_handler(*one);
        const auto then = std::move(one->then); // it is running
        one.reset();
    };
    stage.client->register_handler(*one);
    CHECK(stage.seen_in(two_items) == "x1");
    CHECK_FALSE(one);
}

TEST_CASE("contract 8: registering an object twice is refused, unregistering a stranger is not") {
    Stage stage;
    Item one{stage, "x"};
    stage.client->register_handler(one);
    CHECK_THROWS_AS(stage.client->register_handler(one), std::invalid_argument);
    Item stranger{stage, "y"};
    stage.client->unregister_handler(stranger);
    stage.client->unregister_handler(one);
    stage.client->unregister_handler(one);
    stage.client->register_handler(one);
    CHECK(stage.seen_in(two_items) == "x1 x2");
}
