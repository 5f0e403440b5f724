// Elements that are used where they end, inside the parser, and those that are left to next().
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using bridge::Demand;
using bridge::Parser;
using bridge::ParserEvent;
using bridge::StartTag;
using bridge::Taken;
using test::Lines;

namespace {

// Whole elements b are wanted, and the ends of all others; `use` says what becomes of an end.
class Taker final : public bridge::Demands {
public:
    using Use = std::function<Taken(const ParserEvent&)>;

    explicit Taker(Use use) : use_(std::move(use)) {}

    Demand decide(StartTag& start) override {
        if (start.depth() == 0) return Demand::look;
        return start.name().local == "b" ? Demand::at_end | Demand::build : Demand::at_end;
    }
    Taken take(const ParserEvent& event) override {
        REQUIRE(event.kind == ParserEvent::end);
        return use_(event);
    }

private:
    Use use_;
};

std::string name_of(const ParserEvent& event) { return std::string{event.element->local_name()}; }

std::string inside_of(const ParserEvent& event) {
    auto line = std::to_string(event.depth) + name_of(event);
    if (event.built) line.append(" ").append(event.element->text());
    return line.append(" in ").append(event.element->parent().local_name());
}

} // namespace

TEST_CASE("take: what is used where it ends is not handed over again and comes in the same order") {
    for (const auto& pieces : test::every_split("<r><m><b>one</b><b>two</b></m><m/>")) {
        Lines seen;
        Taker taker{[&](const ParserEvent& event) {
            seen.push_back(inside_of(event));
            return Taken::yes;
        }};
        Parser parser{taker};
        CHECK(test::feed_all(parser, pieces).empty());
        REQUIRE(seen == Lines{"2b one in m", "2b two in m", "1m in r", "1m in r"});
    }
}

TEST_CASE("take: what is left comes by next() before anything behind it is looked at") {
    Lines seen;
    Taker taker{[&](const ParserEvent& event) {
        if (name_of(event) == "left") return Taken::no;
        seen.push_back(name_of(event));
        return Taken::yes;
    }};
    Parser parser{taker};
    parser.feed("<r><m><a/><left/><a/></m><m/>");
    const auto event = parser.next();
    REQUIRE(event.kind == Parser::Event::end);
    CHECK(name_of(event) == "left");
    CHECK(seen == Lines{"a"});
    CHECK(parser.unparsed() == "<a/></m><m/>");
    CHECK(parser.next().kind == Parser::Event::more);
    CHECK(seen == Lines{"a", "a", "m", "m"});
}

TEST_CASE("take: after the last nothing is parsed") {
    Lines seen;
    Taker taker{[&](const ParserEvent& event) {
        seen.push_back(name_of(event));
        return event.depth == 2 ? Taken::last : Taken::yes;
    }};
    Parser parser{taker};
    parser.feed("<r><m/><m><b/></m><m/></r>");
    CHECK(parser.next().kind == Parser::Event::more);
    CHECK(seen == Lines{"m", "b"});
    CHECK(parser.unparsed() == "</m><m/></r>");
    parser.restart();
    CHECK(parser.unparsed().empty());
    CHECK(test::feed(parser, "<s><m/>").empty());
    CHECK(seen == Lines{"m", "b", "m"});
}

TEST_CASE("take: a start that waits goes before the end of the same token") {
    class Both final : public bridge::Demands {
    public:
        Demand decide(StartTag& start) override {
            return start.depth() == 0 ? Demand::look : Demand::at_start | Demand::at_end;
        }
        Taken take(const ParserEvent& event) override {
            taken += name_of(event);
            return Taken::yes;
        }
        std::string taken{};
    };
    Both both;
    Parser parser{both};
    CHECK(test::feed(parser, "<r><m/><n></n>") == Lines{"start 1 <m>", "end 1 <m>", "start 1 <n>"});
    CHECK(both.taken == "n");
}

TEST_CASE("take: memory that runs out in there ends the parsing and so does all that is thrown") {
    const std::function<void()> throwers[] = {[] { throw std::bad_alloc{}; }, [] { throw 7; }};
    for (const auto& thrower : throwers) {
        Taker taker{[&](const ParserEvent&) {
            thrower();
            return Taken::yes;
        }};
        Parser parser{taker};
        CHECK(test::feed(parser, "<r><m/><m/>") == Lines{"error no_memory"});
    }
}

TEST_CASE("take: what was used is released at once unless something around it is built") {
    std::size_t most = 0;
    Parser* running = nullptr;
    Taker taker{[&](const ParserEvent&) {
        most = std::max(most, running->held_bytes());
        return Taken::yes;
    }};
    Parser parser{taker, {.held_bytes = 64 * 1024}};
    running = &parser;
    std::string many = "<r><m>";
    for (int i = 0; i < 10'000; ++i) many += "<b>some text that is built</b>";
    CHECK(test::feed(parser, many).empty());
    const auto once = most;
    CHECK(test::feed(parser, "</m><m><b>some text that is built</b></m>").empty());
    CHECK(most == once);
    CHECK(once < 32 * 1024);
}

TEST_CASE("take: a nap that is asked for in there is not taken") {
    Parser* running = nullptr;
    int used = 0;
    Taker taker{[&](const ParserEvent&) {
        running->doze();
        ++used;
        return Taken::yes;
    }};
    Parser parser{taker};
    running = &parser;
    CHECK(test::feed(parser, "<r><m/>").empty());
    CHECK(test::feed(parser, "<m/></r>") == Lines{"finish"});
    CHECK(used == 2);
}

TEST_CASE("take: what stands behind the element that is offered is known in there") {
    const std::string text = "<r><m><b>one</b> <e a='1'/>.</m><m/>";
    const std::vector<std::pair<std::string, std::size_t>> ends = {{"b", text.find(" <e")},
                                                                   {"e", text.find(".<")},
                                                                   {"m", text.find("<m/>")},
                                                                   {"m", text.size()}};
    for (const auto& pieces : test::every_split(text)) {
        std::size_t fed = 0;
        std::size_t next = 0;
        Parser* running = nullptr;
        Taker taker{[&](const ParserEvent& event) {
            REQUIRE(next < ends.size());
            const auto& [name, end] = ends[next++];
            REQUIRE(name_of(event) == name);
            REQUIRE(running->unparsed() == text.substr(end, fed - end));
            return Taken::yes;
        }};
        Parser parser{taker};
        running = &parser;
        for (const auto& piece : pieces) {
            fed += piece.size();
            REQUIRE(test::feed(parser, piece).empty());
        }
        CHECK(next == ends.size());
    }
}

TEST_CASE("parser: from set_demands() on another is asked and offered what comes") {
    Lines seen;
    const auto noting = [&](std::string who) {
        return Taker{[&seen, who = std::move(who)](const ParserEvent& event) {
            seen.push_back(who + name_of(event));
            return Taken::yes;
        }};
    };
    auto first = noting("1");
    auto second = noting("2");
    Parser parser{first};
    CHECK(test::feed(parser, "<r><m/>").empty());
    parser.set_demands(second);
    CHECK(test::feed(parser, "<m><b/></m>").empty());
    CHECK(seen == Lines{"1m", "2b", "2m"});
}
