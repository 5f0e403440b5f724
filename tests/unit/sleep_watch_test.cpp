// A machine that has slept is noticed by a clock that goes on meanwhile.
#include "headstock/client/sleep_watch.hpp"

#include <doctest/doctest.h>

#include <cstdint>

#include <time.h>

using headstock::detail::SleepWatch, headstock::detail::time_asleep;

namespace {

std::uint64_t asleep = 0;
int readings = 0;

std::uint64_t told() noexcept {
    ++readings;
    return asleep;
}

SleepWatch watch() {
    asleep = 3'600'000; // of a machine that has slept before
    readings = 0;
    return SleepWatch{&told};
}

} // namespace

TEST_CASE("sleep: only what was slept since the last look counts, and once") {
    auto one = watch();
    one.begin(1000);
    CHECK_FALSE(one.look(5000));
    asleep += 28'800'000;
    CHECK(one.look(10'000));
    CHECK_FALSE(one.look(15'000));
    asleep += 6'000;
    one.end();
    CHECK_FALSE(one.next());
    CHECK_FALSE(one.look(20'000));
    one.begin(20'000);
    CHECK_FALSE(one.look(25'000));
}

TEST_CASE("sleep: a doze of seconds is none, and a clock that goes back is borne") {
    auto one = watch();
    one.begin(0);
    asleep += 5000;
    CHECK_FALSE(one.look(5000));
    asleep -= 5000;
    CHECK_FALSE(one.look(10'000));
    asleep += 5001;
    CHECK(one.look(15'000));
}

TEST_CASE("sleep: it is looked at once in 5 seconds, and between two looks nothing is read") {
    auto one = watch();
    one.begin(12'345);
    const int at_begin = readings;
    for (std::uint64_t now = 12'345; now < 112'345; ++now) one.look(now);
    CHECK(readings == at_begin + 20);
}

TEST_CASE("sleep: all who watch look at the same times, so that they wake the machine once") {
    auto one = watch();
    auto other = watch();
    one.begin(5001);
    other.begin(9999);
    CHECK(*one.next() == 10'000);
    CHECK(*other.next() == 10'000);
    one.look(10'003); // a timer is late
    CHECK(*one.next() == 15'000);
}

TEST_CASE("sleep: the system's clocks say how long the machine has slept") {
    timespec awake{};
    timespec all{};
    clock_gettime(CLOCK_MONOTONIC, &awake);
    clock_gettime(CLOCK_BOOTTIME, &all);
    const auto expected = static_cast<std::uint64_t>((all.tv_sec - awake.tv_sec) * 1000);
    CHECK(time_asleep() + 10'000 >= expected); // both are read one after the other
    CHECK(time_asleep() <= expected + 10'000);
}
