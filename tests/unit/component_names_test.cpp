// The namespace of a component's stream is ns::client to everybody above, both ways.
#include "tests/support/component_stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using headstock::Element, headstock::Tag;
using support::ComponentStage;
namespace ns = headstock::ns;

} // namespace

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

// Of a stranger's message every server delivers such an element as it is.
TEST_CASE("component: attributes in both namespaces end no stream") {
    ComponentStage stage;
    stage.component.on("message", [&](const Tag&) { stage.seen.add("message"); });
    stage.answer_to("<message to='bot.e.test' from='a@x'><x xmlns='urn:x' "
                    "xmlns:a='jabber:component:accept' xmlns:b='jabber:client' a:q='1' b:q='2'/>"
                    "</message><message to='bot.e.test' from='a@x'/>");
    CHECK(stage.seen.take() == "message message");
}

TEST_CASE("component: a raw root that says jabber:client is refused, what it holds may say so") {
    ComponentStage stage;
    constexpr auto why =
        "not sent: the raw stanzas of a component are in jabber:component:accept: write "
        "them without xmlns='jabber:client'";
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
              .find("holds exactly one child element") != std::string::npos);
}
