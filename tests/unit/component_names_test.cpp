// One namespace stands for another: in the parser, and on the stream of a component, both ways.
#include "bridge/parser.hpp"
#include "tests/support/component_stage.hpp"
#include "tests/support/event_log.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using bridge::Demand, bridge::Parser;
using headstock::Element, headstock::Tag;
using support::ComponentStage;
namespace ns = headstock::ns;

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

TEST_CASE("parser alias: elements and attributes, by default and by prefix, of both names") {
    CHECK(read("<r xmlns='urn:wire' xmlns:w='urn:wire' xmlns:o='urn:rows'><a w:x='1' y='2'/>"
               "<o:a o:x='1'/></r>") ==
          test::Lines{"end 1 <a xmlns='urn:rows' xmlns:ns0='urn:rows' ns0:x='1' y='2'/>",
                      "end 1 <a xmlns='urn:rows' xmlns:ns0='urn:rows' ns0:x='1'/>", "finish"});
}

TEST_CASE("parser alias: other namespaces and what only looks like it stay as they are") {
    CHECK(read("<r><urn:wire xmlns:urn='urn:wire'/></r>") ==
          test::Lines{"end 1 <wire xmlns='urn:rows'/>", "finish"});
    CHECK(read("<r><a xmlns='urn:wirE'>urn:wire</a><b xmlns='urn:wire2'/><wire/></r>") ==
          test::Lines{"end 1 <a xmlns='urn:wirE'>urn:wire</a>", "end 1 <b xmlns='urn:wire2'/>",
                      "end 1 <wire/>", "finish"});
}

TEST_CASE(
    "parser alias: attributes that become one are refused, so that none is ever written twice") {
    for (const std::string tag :
         {"a w:x='1' o:x='2'", "a o:x='1' w:x='2'", "a o:y='' o:x='1' w:x='1'"}) {
        auto rule = whole();
        Parser parser{rule};
        parser.set_alias("urn:wire", "urn:rows");
        test::feed(parser, "<r xmlns:w='urn:wire' xmlns:o='urn:rows'><" + tag + "/></r>");
        CHECK(parser.error().fault == bridge::ParseFault::not_well_formed);
        CHECK(parser.error().text == "an attribute is given twice, in two namespaces that are one");
    }
    CHECK(read("<r xmlns:w='urn:wire' xmlns:o='urn:rows'><a w:x='1' o:y='2' x='3'/></r>").back() ==
          "finish");
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

TEST_CASE("component: rows, children and errors see ns::client, whatever stands on the wire") {
    ComponentStage stage;
    stage.component.on("message", [&](const Element& message) {
        stage.seen.add(message.ns() == ns::client ? "stanza" : "?");
        if (message.child("body")) stage.seen.add(message.child("body").text());
    });
    stage.component.on(headstock::Path{"body", ns::client},
                       [&](const Tag&) { stage.seen.add("body"); });
    stage.component.on("message@type=error", [&](const Tag&, const headstock::StanzaError& error) {
        stage.seen.add(headstock::to_string(error.condition));
    });
    stage.answer_to("<message to='bot.e.test' from='a@x'><body>hi</body></message>");
    CHECK(stage.seen.take() == "body stanza hi");
    stage.answer_to(
        "<message xmlns='jabber:client' to='bot.e.test' from='a@x'><body>hi</body></message>");
    CHECK(stage.seen.take() == "body stanza hi");
    stage.answer_to("<message type='error' to='bot.e.test' from='a@x'><error type='cancel'>"
                    "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(stage.seen.take() == "gone");
}

TEST_CASE(
    "component: what it sends is in the stream's own namespace, a forwarded message in its own") {
    ComponentStage stage;
    const auto inner = Element{"message", ns::client}.set("from", "a@x").add("body", "in");
    CHECK(stage.sent(headstock::message("a@x", "out")
                         .set("id", "1")
                         .add(Element{"forwarded", ns::forwarded}.add(inner))) ==
          "<message from='bot.e.test' to='a@x' type='chat' id='1'><body>out</body>"
          "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='a@x'>"
          "<body>in</body></message></forwarded></message>");
    CHECK(stage.sent(Element{"message", ns::component}.set("to", "a@x")) ==
          "not sent: a stanza is message, presence or iq in jabber:client; this is <message> in "
          "jabber:component:accept");
}

TEST_CASE("component: a raw root that says jabber:client is refused, what it holds may say so") {
    ComponentStage stage;
    constexpr auto why =
        "not sent: this stream's stanzas are in jabber:component:accept: write raw "
        "ones without xmlns='jabber:client'";
    CHECK(stage.sent_raw("<message xmlns='jabber:client' to='a@x' from='bot.e.test'/>") == why);
    CHECK(stage.sent_raw("<c:message xmlns:c='jabber:client' to='a@x' from='bot.e.test'/>") == why);
    CHECK(stage.sent_raw("<thing xmlns='jabber:client'/>") == why);
    const std::string forwards =
        "<message to='a@x' from='bot.e.test'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<message xmlns='jabber:client'/></forwarded></message>";
    CHECK(stage.sent_raw(forwards) == forwards);
    const std::string prefixed =
        "<c:message xmlns:c='jabber:component:accept' to='a@x' from='bot.e.test'/>";
    CHECK(stage.sent_raw(prefixed) == prefixed);
    CHECK(stage.sent_raw("<iq to='a@x' from='bot.e.test' type='get' id='1'/>")
              .find("holds exactly one payload") != std::string::npos);
}
