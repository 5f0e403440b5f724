// What an element costs does not depend on how many rows are registered for other names.
#include "tests/bench/never_paths.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>

using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

std::string traffic() {
    std::string all;
    for (int i = 0; i < 1000; ++i)
        all += "<message from='a@b'><body>text</body><x xmlns='urn:x'><y/></x></message>";
    return all;
}

// The least processor time of some rounds, with so many rows that never match beside one that does.
std::clock_t least_time(std::size_t rows) {
    Stage stage;
    int read = 0;
    for (std::size_t i = 0; i < rows; ++i)
        stage.client->on(bench::never_paths[i], [](const Tag&) { FAIL("it matched"); });
    stage.client->on("message/body", [&](const Element&) { ++read; });
    const auto bytes = traffic();
    auto least = std::numeric_limits<std::clock_t>::max();
    for (int round = 0; round < 5; ++round) {
        const auto before = std::clock();
        stage.says(bytes);
        least = std::min(least, std::clock() - before);
    }
    CHECK(read == 5000);
    return least;
}

} // namespace

TEST_CASE("many rows: a thousand that never match cost no more than one") {
    const auto one = least_time(1);
    const auto many = least_time(bench::never_paths.size());
    CHECK(many < 2 * one); // hundreds of times, if each were looked at
}
