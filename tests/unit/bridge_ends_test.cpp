// Ends with nothing between them: what is handed over at each, and what is left behind it.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using bridge::Demand;
using bridge::NameId;
using bridge::Parser;
using bridge::Tag;
using test::Lines;

namespace {

// Every element whose name is in capitals is wanted at its end; b and B are built.
test::Rule capitals() {
    return test::Rule{[](const Tag& tag, NameId, std::size_t) {
        const char c = tag.local_name().front();
        auto demand = c >= 'A' && c <= 'Z' ? Demand::at_end : Demand::look;
        if (c == 'b' || c == 'B') demand = demand | Demand::build;
        return demand;
    }};
}

struct Seen {
    std::string name;
    std::string unparsed;
};

// The events of `text`, and what was not parsed yet when each of them was handed over.
std::vector<Seen> seen_of(std::string_view text) {
    auto rule = capitals();
    Parser parser{rule};
    std::vector<Seen> seen;
    parser.feed(text);
    for (;;) {
        const auto event = parser.next();
        if (event.kind == Parser::Event::more) return seen;
        if (event.kind == Parser::Event::error) {
            seen.push_back({test::line_of(event, parser), ""});
            return seen;
        }
        const auto name = event.element == nullptr ? "" : std::string{event.element->local_name()};
        seen.push_back({name, std::string{parser.unparsed()}});
        if (event.kind == Parser::Event::finish) return seen;
    }
}

std::string names_of(const std::vector<Seen>& seen) {
    std::string all;
    for (const auto& one : seen) all += one.name + ' ';
    return all;
}

} // namespace

TEST_CASE("ends: they come in order, the inner one first, at every split") {
    const std::string text =
        "<r><M id='1'><B>text</B></M><M><a><B>x</B></a></M><M><A><B>x</B></A></M>"
        "<M><A><A><a><B/></a></A></A></M><M><B>x</B> </M></r>";
    const Lines expected{
        "end 2 <B>text</B>", "end 1 <M id='1'>", "end 3 <B>x</B>", "end 1 <M>", "end 3 <B>x</B>",
        "end 2 <A>",         "end 1 <M>",        "end 5 <B/>",     "end 3 <A>", "end 2 <A>",
        "end 1 <M>",         "end 2 <B>x</B>",   "end 1 <M>",      "finish"};
    for (const auto& pieces : test::every_split(text)) {
        REQUIRE(test::events(capitals(), pieces) == expected);
    }
}

TEST_CASE("ends: what an event says lives until the next, and so do the tags around it") {
    auto rule = capitals();
    Parser parser{rule};
    parser.feed("<r><M id='1'><a><B>text</B></a></M><M id='2'/>");
    const auto inner = parser.next();
    REQUIRE(inner.kind == Parser::Event::end);
    CHECK(inner.element->text() == "text");
    CHECK(inner.depth == 3);
    CHECK(inner.element->parent().parent().attribute("id") == "1");
    const auto outer = parser.next();
    REQUIRE(outer.kind == Parser::Event::end);
    CHECK(outer.element->attribute("id") == "1");
    CHECK(parser.next().element->attribute("id") == "2");
}

TEST_CASE("ends: unparsed begins behind the end that was handed over") {
    for (const std::string_view rest : {"</a></M><M/>", "</a></M>", "</a></M> text<", "</a></x>"}) {
        CAPTURE(rest);
        const auto text = "<r><M><a><B>text</B>" + std::string{rest};
        const auto seen = seen_of(text);
        REQUIRE(seen.size() >= 2);
        CHECK(seen[0].name == "B");
        CHECK(seen[0].unparsed == rest);
        if (seen[1].name == "M") CHECK(seen[1].unparsed == rest.substr(8));
    }
}

TEST_CASE("ends: what ended before a fault is handed over before the fault") {
    CHECK(names_of(seen_of("<r><M><B>x</B></x>")) == "B error not_well_formed ");
    CHECK(names_of(seen_of("<r><M><B>x</B></M x='1'>")) == "B error not_well_formed ");
    CHECK(names_of(seen_of("<r><M><A><B/></A></M></M>")) == "B A M error not_well_formed ");
    CHECK(names_of(seen_of("<r><M><B>x</B><!-- -->")) == "B error restricted_xml ");
    CHECK(names_of(seen_of("<r><M><B/></M>text")) == "B M error restricted_xml ");
}

TEST_CASE("ends: a restart between two of them drops the second") {
    auto rule = capitals();
    Parser parser{rule};
    parser.feed("<r><M><B>x</B></M><M/>");
    REQUIRE(parser.next().element->local_name() == "B");
    parser.restart();
    CHECK(parser.unparsed() == "");
    CHECK(parser.next().kind == Parser::Event::more);
    CHECK(test::feed(parser, "<s><M><B>y</B></M>") == Lines{"end 2 <B>y</B>", "end 1 <M>"});
}

TEST_CASE("ends: the start of a tag that is too much is not handed over") {
    test::Rule rule{[](const Tag&, NameId, std::size_t depth) {
        return depth == 0 ? Demand::look : Demand::at_start | Demand::at_end;
    }};
    Parser parser{rule, {.held_bytes = 64 * 1024}};
    CHECK(test::feed(parser, "<r><m/>").size() == 2);
    CHECK(test::feed(parser, "<m a='" + std::string(20'000, 'x') + "' b='" +
                                 std::string(20'000, 'x') + "'>") == Lines{"error limit_exceeded"});
}
