// What is asked, of whom, and what an answer by name alone saves.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using bridge::Demand;
using bridge::Demands;
using bridge::Parser;
using bridge::StartTag;
using test::Lines;

namespace {

// Says no by name; whole stanzas are wanted of the rest.
class ByName final : public Demands {
public:
    explicit ByName(std::set<std::string> unwanted) : unwanted_(std::move(unwanted)) {}

    Demand decide(StartTag& start) override {
        asked.push_back(std::to_string(start.depth()) + std::string{start.name().local});
        if (unwanted_.count(std::string{start.name().local}) > 0) return Demand::skip;
        CHECK(start.tag().name() == start.name());
        CHECK(&start.tag() == &start.tag());
        decided.push_back(asked.back());
        return start.depth() == 1 && builds ? Demand::build | Demand::at_end : Demand::look;
    }

    Lines asked{};
    Lines decided{};
    bool builds = true;

private:
    std::set<std::string> unwanted_;
};

} // namespace

TEST_CASE("demand: what nobody can want is asked about by name only, and nothing in it") {
    for (const auto& pieces :
         test::every_split("<r><no a='1'><x/><no/>text</no><m><no><y/></no></m></r>")) {
        ByName demands{{"no"}};
        demands.builds = false;
        Parser parser{demands};
        CHECK(test::feed_all(parser, pieces) == Lines{"finish"});
        REQUIRE(demands.asked == Lines{"0r", "1no", "1m", "2no"});
        REQUIRE(demands.decided == Lines{"0r", "1m"});
    }
}

TEST_CASE("demand: what nobody can want is built with what is built around it") {
    ByName demands{{"no"}};
    Parser parser{demands};
    CHECK(test::feed(parser, "<r><m><no a='1'>t<y/></no><z/></m>") ==
          Lines{"end 1 <m><no a='1'>t<y/></no><z/></m>"});
    CHECK(demands.asked == Lines{"0r", "1m", "2no", "2z"});
    CHECK(demands.decided == Lines{"0r", "1m", "2z"});
}

TEST_CASE("demand: a root that nobody wants is parsed to its end") {
    ByName demands{{"r"}};
    Parser parser{demands};
    CHECK(test::feed(parser, "<r><m/></r>") == Lines{"finish"});
    CHECK(demands.decided.empty());
}

TEST_CASE("demand: limits and rules hold in what was refused by name") {
    const auto last_of = [](std::string_view bytes) {
        ByName demands{{"no"}};
        Parser parser{demands, {.held_bytes = 64 * 1024, .depth = 5, .attributes = 3}};
        const auto lines = test::feed(parser, bytes);
        return lines.empty() ? std::string{} : lines.back();
    };
    const std::string large(100'000, 'x');
    CHECK(last_of("<r><no a='' b='' c=''/>") == "");
    CHECK(last_of("<r><no a='' b='' c='' d=''/>") == "error limit_exceeded");
    CHECK(last_of("<r><no><a><b><c/></b></a></no>") == "");
    CHECK(last_of("<r><no><a><b><c><d/>") == "error limit_exceeded");
    CHECK(last_of("<r><no a='" + large + "'/>") == "error limit_exceeded");
    CHECK(last_of("<r><no>" + large + "</no>") == "");
    CHECK(last_of("<r><no a='' a=''/>") == "error not_well_formed");
    CHECK(last_of("<r><no></m></no>") == "error not_well_formed");
    CHECK(last_of("<r><no><!-- --></no>") == "error restricted_xml");
    CHECK(last_of("<r xmlns:a='urn:a' xmlns:b='urn:a'><no a:x='' b:x=''/>") ==
          "error not_well_formed");
}

TEST_CASE("demand: what was refused by name leaves nothing behind") {
    ByName demands{{"no"}};
    Parser parser{demands};
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "<no a='" + std::to_string(i) + "'><x/>text</no>";
    CHECK(test::feed(parser, "<r>" + text + "<m/>") == Lines{"end 1 <m/>"}); // buffers grow once
    const auto before = parser.held_bytes();
    for (int round = 0; round < 10; ++round) CHECK(test::feed(parser, text).empty());
    CHECK(parser.held_bytes() <= before);
}
