// What the gate lets through at once, and what it holds back.
#include "bridge/detail/feed_gate.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using bridge::Dialect;
using bridge::detail::FeedGate;

namespace {

// What a gate inside a root gives of `bytes`, all its pieces together.
std::string taken_of(FeedGate& gate, std::string_view bytes) {
    std::string all;
    gate.feed(bytes);
    for (auto piece = gate.take(FeedGate::Place::content); !piece.empty();
         piece = gate.take(FeedGate::Place::content)) {
        all += piece;
    }
    return all;
}

} // namespace

TEST_CASE("feed gate: text waits for nothing, whatever stands in it") {
    FeedGate gate{Dialect::stream};
    for (const std::string_view text : {"a", "plain text", ">", "a > b", "x>", "&amp", "\xc3"}) {
        CAPTURE(text);
        CHECK(taken_of(gate, text) == text);
        CHECK(gate.rest().empty());
    }
    const std::string long_text(100'000, 'x');
    CHECK(taken_of(gate, long_text) == long_text);
}

TEST_CASE("feed gate: text goes ahead of the tag behind it, which waits for its end") {
    FeedGate gate{Dialect::stream};
    CHECK(taken_of(gate, "text<b a='") == "text");
    CHECK(gate.rest() == "<b a='");
    CHECK(taken_of(gate, "1'") == "");
    CHECK(taken_of(gate, ">more") == "<b a='1'>more");
    CHECK(taken_of(gate, "<i>text</i><") == "<i>text</i>");
    CHECK(taken_of(gate, "b>") == "<b>");
    CHECK(gate.bytes() < 64);
}
