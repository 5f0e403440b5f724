// What an element costs does not depend on how many rows are registered for other names, nor do
// rows make names be kept that they are not about.
#include "tests/support/heap_count.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <limits>
#include <string>

using headstock::Element, headstock::Match, headstock::Sender, headstock::Tag;
using support::Stage;

namespace {

std::string traffic() {
    std::string all;
    for (int i = 0; i < 1000; ++i)
        all += "<message from='a@b'><body>text</body><x xmlns='urn:x'><y/></x></message>";
    return all;
}

// The least processor time of some rounds, with so many rows that never match beside one that does.
template <class MatchOf>
std::clock_t least_time(std::size_t rows, MatchOf match) {
    std::deque<std::string> rooms; // borrowed by the rows
    Stage stage;
    int read = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto& room = rooms.emplace_back("room" + std::to_string(i) + "@muc.test");
        stage.client->on(match(room), [](const Tag&) { FAIL("it matched"); });
    }
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

// What the heap holds more when a stanza has brought so many names that nobody knows.
std::size_t memory_of_names(Stage& stage) {
    stage.client->on({"known", "urn:x"}, [](const Tag&) {}); // at any depth: each name is looked at
    stage.says("<message><x xmlns='urn:x'/></message>");
    const auto before = test::heap_bytes();
    stage.says("<message><x xmlns='urn:x'>");
    for (int i = 0; i < 20'000; ++i) stage.says("<n" + std::to_string(i) + "/>");
    return test::heap_bytes() - before;
}

} // namespace

TEST_CASE("many rows: a thousand that never match cost no more than one") {
    const auto never = [](const std::string&) { return Match{"message/{urn:never}"}; };
    const auto one = least_time(1, never);
    const auto many = least_time(999, never);
    CHECK(many < 2 * one); // hundreds of times, if each were looked at
}

// A program in many rooms has such rows.
TEST_CASE("many rows: a hundred for other senders are rejected by a number") {
    const auto of_room = [](const std::string& room) {
        return Match{"message", Sender::jid, room};
    };
    const auto none = least_time(0, of_room);
    const auto many = least_time(100, of_room);
    CHECK(many < 3 * none); // six times, if the addresses were compared
}

TEST_CASE("many rows: one for any name of a namespace makes no name of another be kept") {
    Stage without;
    const auto usual = memory_of_names(without);
    Stage with;
    with.client->on("message/{urn:y}", [](const Tag&) {});
    CHECK(memory_of_names(with) < usual + 64 * 1024);
}
