// Timers of a client, under a clock of the test's own.
#include "headstock/dispatch/timers.hpp"

#include "tests/support/stage.hpp"

#include <chrono>
#include <cstdint>
#include <doctest/doctest.h>
#include <stdexcept>
#include <vector>

using namespace std::chrono_literals;
using support::Stage;

TEST_CASE("timers: after is called once when its time has come") {
    Stage stage;
    stage.client->after(100ms, [&] { stage.seen.add("after"); });
    CHECK(stage.client->deadline() == stage.now + 100);
    stage.pass(99);
    CHECK(stage.seen.take().empty());
    stage.pass(1);
    CHECK(stage.seen.take() == "after");
    CHECK_FALSE(stage.client->deadline());
    stage.pass(1000);
    CHECK(stage.seen.take().empty());
}

TEST_CASE("timers: every is called again and again and does not make up for what was missed") {
    Stage stage;
    stage.client->every(10ms, [&] { stage.seen.add("tick"); });
    stage.pass(10);
    CHECK(stage.seen.take() == "tick");
    stage.pass(12); // a little late: the next one is not
    CHECK(stage.seen.take() == "tick");
    stage.pass(8);
    CHECK(stage.seen.take() == "tick");
    stage.pass(1000);
    CHECK(stage.seen.take() == "tick");
    CHECK(stage.client->deadline() == stage.now + 10);
}

TEST_CASE("timers: due ones are called in order of their times") {
    Stage stage;
    stage.client->after(20ms, [&] { stage.seen.add("b"); });
    stage.client->after(10ms, [&] { stage.seen.add("a"); });
    stage.client->after(20ms, [&] { stage.seen.add("c"); });
    stage.pass(50);
    CHECK(stage.seen.take() == "a b c");
}

TEST_CASE("timers: cancelled ones are not called") {
    Stage stage;
    const auto timer = stage.client->after(10ms, [&] { stage.seen.add("no"); });
    CHECK(stage.client->cancel(timer));
    CHECK_FALSE(stage.client->cancel(timer));
    headstock::Handle self;
    self = stage.client->every(10ms, [&] {
        stage.seen.add("last");
        CHECK(stage.client->cancel(self));
    });
    stage.pass(10);
    stage.pass(10);
    CHECK(stage.seen.take() == "last");
}

TEST_CASE("timers: one cancels another that is due in the same turn") {
    Stage stage;
    headstock::Handle second;
    stage.client->after(10ms, [&] { stage.client->cancel(second); });
    second = stage.client->after(10ms, [&] { stage.seen.add("second"); });
    stage.pass(10);
    CHECK(stage.seen.take().empty());
}

TEST_CASE("timers: one that adds itself anew waits for the next turn") {
    Stage stage;
    std::function<void()> again = [&] {
        stage.seen.add("again");
        stage.client->after(0ms, again);
    };
    stage.client->after(0ms, again);
    stage.pass(1);
    CHECK(stage.seen.take() == "again");
    stage.pass(0);
    CHECK(stage.seen.take() == "again");
}

TEST_CASE("timers: before the client runs its time does not run") {
    support::SessionKit kit;
    support::Notes notes;
    kit.client->after(100ms, [&] { notes.add("after"); });
    kit.now = 1'000'000;
    kit.login();
    CHECK(notes.take().empty());
    kit.pass(100);
    CHECK(notes.take() == "after");
}

TEST_CASE("timers: none is called after the end") {
    Stage stage;
    stage.client->every(10ms, [&] { stage.seen.add("tick"); });
    stage.client->disconnected();
    stage.pass(100);
    CHECK(stage.seen.take().empty());
    CHECK_FALSE(stage.client->after(1ms, [] {}));
    CHECK_FALSE(stage.client->deadline());
}

TEST_CASE("timers: a timer may destroy the client") {
    Stage stage;
    auto* client = stage.client.get();
    client->after(10ms, [&] { stage.client.reset(); });
    client->after(10ms, [&] { stage.seen.add("no"); });
    stage.now += 10;
    client->tick(stage.now);
    CHECK(stage.seen.take().empty());
}

TEST_CASE("timers: an exception is reported and the next is called") {
    Stage stage;
    stage.client->on_exception(
        [&](std::string_view what, std::exception_ptr) { stage.seen.add(what); });
    stage.client->after(10ms, [] { throw std::runtime_error{"no"}; });
    stage.client->after(10ms, [&] { stage.seen.add("next"); });
    stage.pass(10);
    CHECK(stage.seen.take() == "a timer next");
}

TEST_CASE("timers: a period of nothing is refused") {
    Stage stage;
    CHECK_THROWS_AS(stage.client->every(0ms, [] {}), std::invalid_argument);
    CHECK_THROWS_AS(stage.client->every(-5ms, [] {}), std::invalid_argument);
}

TEST_CASE("timers: an empty function is refused where it is given") {
    Stage stage;
    CHECK_THROWS_AS(stage.client->after(1ms, {}), std::invalid_argument);
    CHECK_THROWS_AS(stage.client->every(1ms, nullptr), std::invalid_argument);
    CHECK_FALSE(stage.client->deadline());
}

TEST_CASE("timers: one of many is cancelled without a look at the others") {
    headstock::detail::Timers timers;
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < 100'000; ++i) numbers.push_back(timers.add(1000, 0, [] {}));
    while (!numbers.empty()) {
        CHECK(timers.cancel(numbers.back())); // the youngest stands last
        numbers.pop_back();
    }
    CHECK_FALSE(timers.next_deadline());
}

TEST_CASE("timers: many with a period do not starve one another") {
    headstock::detail::Timers timers;
    int calls = 0;
    for (int i = 0; i < 3; ++i) timers.add(10, 10, [&] { ++calls; });
    const auto last = timers.youngest();
    while (const auto f = timers.take_due(35, last)) (*f)();
    CHECK(calls == 3);
    CHECK(timers.next_deadline() == 45);
}
