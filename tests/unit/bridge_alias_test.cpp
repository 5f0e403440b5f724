// One namespace is read as another: by the parser, wherever a name can stand.
#include "bridge/parser.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using bridge::Demand, bridge::Parser, bridge::Tag;

test::Rule whole() {
    return test::Rule{[](const Tag&, bridge::NameId, std::size_t depth) {
        return depth == 0 ? Demand::look : Demand::build | Demand::at_end;
    }};
}

test::Lines read(std::string_view xml) {
    auto rule = whole();
    Parser parser{rule};
    parser.set_alias("urn:wire", "urn:rows");
    return test::feed(parser, xml);
}

} // namespace

TEST_CASE("parser alias: elements, by default and by prefix, of both names") {
    CHECK(read("<r xmlns='urn:wire' xmlns:w='urn:wire' xmlns:o='urn:rows'><a "
               "y='2'/><w:a/><o:a/></r>") == test::Lines{"end 1 <a xmlns='urn:rows' y='2'/>",
                                                         "end 1 <a xmlns='urn:rows'/>",
                                                         "end 1 <a xmlns='urn:rows'/>", "finish"});
}

TEST_CASE("parser alias: other namespaces and what only looks like it stay as they are") {
    CHECK(read("<r><urn:wire xmlns:urn='urn:wire'/></r>") ==
          test::Lines{"end 1 <wire xmlns='urn:rows'/>", "finish"});
    CHECK(read("<r><a xmlns='urn:wirE'>urn:wire</a><b xmlns='urn:wire2'/><wire/></r>") ==
          test::Lines{"end 1 <a xmlns='urn:wirE'>urn:wire</a>", "end 1 <b xmlns='urn:wire2'/>",
                      "end 1 <wire/>", "finish"});
}

// Were they read as one name, whoever gets such an element delivered would end our stream.
TEST_CASE("parser alias: attributes keep their namespaces, so that no two become one") {
    CHECK(read("<r xmlns:w='urn:wire' xmlns:o='urn:rows'><a w:x='1' o:x='2' x='3'/></r>") ==
          test::Lines{
              "end 1 <a xmlns:ns0='urn:wire' ns0:x='1' xmlns:ns1='urn:rows' ns1:x='2' x='3'/>",
              "finish"});
}

TEST_CASE("parser alias: it outlives a restart and names that are forgotten") {
    auto rule = whole();
    Parser parser{rule, {.held_bytes = 64 * 1024}};
    parser.set_alias("urn:wire", "urn:rows");
    test::feed(parser, "<r xmlns='urn:wire'><a/>");
    parser.restart();
    CHECK(test::feed(parser, "<r xmlns='urn:wire'><a/>") ==
          test::Lines{"end 1 <a xmlns='urn:rows'/>"});
    for (int i = 0; i < 5000; ++i) {
        const auto name = "n" + std::to_string(i) + "-and-a-long-tail-of-a-name";
        const auto lines = test::feed(parser, "<" + name + "/>");
        REQUIRE(lines == test::Lines{"end 1 <" + name + " xmlns='urn:rows'/>"});
    }
    CHECK(test::feed(parser, "<b/></r>") == test::Lines{"end 1 <b xmlns='urn:rows'/>", "finish"});
}
