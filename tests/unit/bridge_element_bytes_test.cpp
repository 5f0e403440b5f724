// How long one element of depth 1 may be altogether, however little of it is held.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using bridge::Demand;
using bridge::NameId;
using bridge::Parser;
using bridge::Tag;
using test::Lines;

namespace {

constexpr std::size_t limit = 100'000;
constexpr std::size_t piece = 8 * 1024; // what Expat is given at once

const Lines refused{"error limit_exceeded"};

bridge::Limits limits() {
    return {.held_bytes = 64u << 10, .depth = 100, .attributes = 256, .element_bytes = limit};
}

test::Rule skipped() {
    return test::Rule{[](const Tag&, NameId, std::size_t depth) {
        return depth == 0 ? Demand::look : Demand::skip;
    }};
}

// <m> with children that make it this long.
std::string element(std::size_t size) {
    std::string text = "<m>";
    while (text.size() + 4 < size - 4) text += "<c/>";
    return text + std::string(size - 4 - text.size(), ' ') + "</m>";
}

// What became of <r> and this, in reads of `size`.
Lines outcome(test::Rule rule, const std::string& text, std::size_t size) {
    Parser parser{rule, limits()};
    return test::feed_all(parser, test::chop("<r>" + text, size));
}

constexpr std::size_t read_sizes[] = {1, 100, 5000, 1'000'000};

} // namespace

TEST_CASE("element bytes: an element as long as the limit passes and one a piece longer does not") {
    for (const auto size : read_sizes) {
        CAPTURE(size);
        CHECK(outcome(skipped(), element(limit), size) == Lines{});
        CHECK(outcome(skipped(), element(limit + 2 * piece), size) == refused);
    }
}

TEST_CASE("element bytes: the text and the tags count whether they are skipped or handed over") {
    const auto parts = test::Rule{[](const Tag&, NameId, std::size_t depth) {
        return depth < 2 ? Demand::look : Demand::build | Demand::at_end;
    }};
    const auto text = "<m><c>" + std::string(2 * limit, 'x') + "</c></m>";
    for (const auto size : read_sizes) {
        CAPTURE(size);
        CHECK(outcome(skipped(), text, size) == refused);
        CHECK(outcome(parts, element(2 * limit), size).back() == refused.back());
        CHECK(outcome(parts, element(limit), size).back() != refused.back());
    }
}

TEST_CASE("element bytes: many small elements and the space between them do not add up") {
    std::string text;
    while (text.size() < 5 * limit) text += element(500) + std::string(500, ' ');
    text += std::string(2 * limit, '\n');
    for (const auto size : read_sizes) {
        CAPTURE(size);
        CHECK(outcome(skipped(), text, size) == Lines{});
    }
}

TEST_CASE("element bytes: they count anew after a restart and after a nap") {
    auto rule = skipped();
    Parser parser{rule, limits()};
    const auto most = element(limit);
    const auto half = "<m>" + std::string(limit / 2 - 3, ' ');
    CHECK(test::feed(parser, "<r>" + half) == Lines{});
    parser.restart();
    CHECK(test::feed(parser, "<r>" + most) == Lines{});
    parser.doze();
    CHECK(test::feed(parser, most + half + half) == Lines{});
    CHECK(test::feed(parser, half) == refused);
}

TEST_CASE("element bytes: the error says how much and by which limit and where") {
    auto rule = skipped();
    Parser parser{rule, limits()};
    CHECK(test::feed(parser, "<r>" + element(2 * limit)) == refused);
    CHECK(parser.error().text ==
          "an element directly inside the root has more than 100000 bytes (Limits::element_bytes)");
    CHECK(parser.error().offset > limit - piece);
    CHECK(parser.error().offset < limit + 2 * piece);
}

TEST_CASE("element bytes: a limit that is set within an element holds for what it has by then") {
    auto rule = skipped();
    Parser parser{rule};
    CHECK(test::feed(parser, "<r><m>" + std::string(limit + piece, ' ')) == Lines{});
    parser.set_limits(limits());
    CHECK(test::feed(parser, " ") == refused);
}
