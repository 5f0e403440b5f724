// What the gate lets through at once, and what it holds back.
#include "bridge/detail/feed_gate.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("feed gate: a NUL behind a first byte that begins no document is told at once") {
    for (const std::string_view bytes :
         {std::string_view{"l\0", 2}, std::string_view{"\x15\0", 2}}) {
        FeedGate gate{Dialect::stream};
        gate.start(false);
        gate.feed(bytes);
        CHECK(gate.refusal().fault == bridge::ParseFault::unsupported_encoding);
    }
    FeedGate gate{Dialect::stream}; // an alert of TLS is no UTF-16
    gate.start(false);
    gate.feed({"\x15\x03\x03\0\x02", 5});
    CHECK_FALSE(gate.refusal());
}

TEST_CASE("feed gate: the room of the tag before counts for the next one, or goes") {
    FeedGate gate{Dialect::stream};
    const std::string tag = "<m a='" + std::string(8'000, 'x');
    CHECK(taken_of(gate, tag) == "");
    CHECK(taken_of(gate, "'/>").size() == tag.size() + 3);
    constexpr std::size_t most = 20'000;
    std::size_t held = 0;
    gate.set_cap(most);
    while (!gate.refusal()) {
        held = std::max(held, gate.bytes());
        CHECK(taken_of(gate, "<a b='" + std::string(1'000, 'x')) == "");
    }
    CHECK(held <= most);
    CHECK(held > most / 2);
}
