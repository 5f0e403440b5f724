// Whom a component may speak for, to whom it must say, and from which of its addresses answers
// come.
#include "headstock/handlers.hpp"
#include "headstock/reply.hpp"
#include "tests/support/component_stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using headstock::Element, headstock::Response, headstock::Tag;
using headstock::iq_get, headstock::message, headstock::presence;
using support::ComponentStage;

Element from(std::string_view address, Element stanza) { return stanza.set("from", address); }
Element hello() { return presence().set("to", "a@x").set("id", "1"); }
Element question(std::string_view id) {
    return iq_get("a@x").set("id", id).add(Element{"q", "urn:q"});
}

constexpr auto outside =
    "not sent: a component sends from its domain bot.e.test and the addresses in it only, not "
    "from '";

} // namespace

TEST_CASE("F9: a component's missing from becomes its domain, and every address inside may speak") {
    ComponentStage stage;
    CHECK(stage.sent(hello()) == "<presence from='bot.e.test' to='a@x' id='1'/>");
    for (const std::string_view own :
         {"bot.e.test", "b@bot.e.test", "b@bot.e.test/r", "bot.e.test/r", "B@BOT.e.test"})
        CHECK(stage.sent(from(own, hello())) ==
              "<presence to='a@x' id='1' from='" + std::string{own} + "'/>");
    CHECK(stage.sent(message("a@x", "hi").set("id", ""))
              .find("<message from='bot.e.test' to='a@x'") == 0);
}

TEST_CASE("J4: a component's from outside of its domain is refused and nothing is sent") {
    ComponentStage stage;
    for (const std::string_view other :
         {"e.test", "a@x", "sub.bot.e.test", "b@sub.bot.e.test", "xbot.e.test", "", "@bot.e.test",
          "a@x/bot.e.test", "b@bot.e.test@x"})
        CHECK(stage.sent(from(other, hello())) == outside + std::string{other} + "'");
    const auto delivery = stage.component.send_stanza(from("e.test", hello()));
    CHECK(delivery.error.code == headstock::Errc::invalid_stanza);
    CHECK(stage.sent_raw("<presence to='a@x' from='e.test'/>") == outside + std::string{"e.test'"});
}

TEST_CASE("J4: a component's stanza without to is refused and nothing is sent") {
    ComponentStage stage;
    constexpr auto why = "not sent: a component's stanza needs a to, and this one has none (the "
                         "component is bot.e.test)";
    CHECK(stage.sent(presence()) == why);
    CHECK(stage.sent(presence().set("to", "")) == why);
    CHECK(stage.sent(headstock::roster_get()) == why);
    CHECK(stage.sent_raw("<presence from='bot.e.test'/>") == why);
    const auto asked = stage.component.request(headstock::roster_get(), [](const Response&) {});
    CHECK(asked.error.text == why);
}

TEST_CASE("component: a raw stanza says from whom it is, and goes out as it is") {
    ComponentStage stage;
    CHECK(stage.sent_raw("<presence to='a@x'/>") ==
          "not sent: a component's raw stanza needs a from: write the address that it is from");
    for (const std::string xml :
         {"<presence to='a@x' from='b@bot.e.test'/>",
          "<presence  xmlns='jabber:component:accept' from='bot.e.test' to='a@x'/>"})
        CHECK(stage.sent_raw(xml) == xml);
}

TEST_CASE("component: what is answered is answered from the address that was asked") {
    ComponentStage stage;
    auto& component = stage.component;
    std::vector<headstock::Reply> late;
    component.on("iq@type=get/{urn:late}q",
                 [&](const Tag&, headstock::Reply reply) { late.push_back(std::move(reply)); });
    component.on("iq@type=get/{urn:hand}q", [](const Tag&) {
        return Element{"iq", headstock::ns::client}.set("type", "result").set("x", "1");
    });
    component.on("iq@type=get/{urn:bad}q", [](const Tag&) -> Element { throw 1; });
    component.on_exception([](std::string_view, std::exception_ptr) {});
    component.on("iq@type=get/{urn:no}q",
                 [](const Tag&) { return headstock::StanzaError{headstock::Condition::gone}; });
    component.on("message/body",
                 [](const Tag& body) { return headstock::reply_to(body.parent()); });
    const auto ask = [&](std::string_view ns, std::string_view to) {
        return stage.answer_to("<iq type='get' id='1' from='a@x/r' to='" + std::string{to} +
                               "'><q xmlns='" + std::string{ns} + "'/></iq>");
    };
    const std::string head{"<iq to='a@x/r' from='b@bot.e.test' type='"};
    CHECK(ask("urn:none", "b@bot.e.test").find(head + "error' id='1'") == 0);
    CHECK(ask("urn:bad", "b@bot.e.test").find(head + "error' id='1'") == 0);
    CHECK(ask("urn:no", "b@bot.e.test").find(head + "error' id='1'") == 0);
    CHECK(ask("urn:hand", "b@bot.e.test") ==
          "<iq type='result' x='1' id='1' to='a@x/r' from='b@bot.e.test'/>");
    CHECK(ask("urn:none", "bot.e.test/r").find("<iq to='a@x/r' from='bot.e.test/r' type='error'") ==
          0);
    for (int i = 0; i < 4; ++i) CHECK(ask("urn:late", "b@bot.e.test").empty());
    std::move(late[0])(headstock::ok);
    CHECK(stage.take() == head + "result' id='1'/>");
    std::move(late[1])(headstock::StanzaError{headstock::Condition::gone});
    CHECK(stage.take().find(head + "error' id='1'") == 0);
    std::move(late[2])(Element{"iq", headstock::ns::client}.set("type", "result"));
    CHECK(stage.take() == "<iq type='result' id='1' to='a@x/r' from='b@bot.e.test'/>");
    late.pop_back(); // dropped
    CHECK(stage.take().find(head + "error' id='1'") == 0);
    CHECK(stage.answer_to("<message from='a@x/r' to='c@bot.e.test/d'><body>x</body></message>")
              .find(" to='a@x/r' from='c@bot.e.test/d'/>") != std::string::npos);
}

TEST_CASE("J5: an answer to a component belongs to the address that asked") {
    ComponentStage stage;
    const auto note = [&](std::string_view who) {
        return [&stage, who = std::string{who}](const Response& response) {
            stage.seen.add(who + (response ? "+" : "-"));
        };
    };
    auto& component = stage.component;
    CHECK(component.request(from("b@bot.e.test", question("1")), note("b")));
    CHECK(component.request(from("c@bot.e.test/r", question("1")), note("c")));
    CHECK(component.request(question("1"), note("domain")));
    CHECK_FALSE(component.request(question("1"), note("again")));
    const auto answered = [&](std::string_view to) {
        stage.answer_to("<iq type='result' id='1' from='a@x' to='" + std::string{to} + "'/>");
        return stage.seen.take();
    };
    CHECK(answered("d@bot.e.test") == "");
    CHECK(answered("c@bot.e.test") == "");
    CHECK(answered("C@bot.e.test/r") == "c+");
    CHECK(answered("bot.e.test") == "domain+");
    CHECK(answered("b@bot.e.test") == "b+");
    CHECK(answered("b@bot.e.test") == "");
    stage.answer_to("<iq type='result' id='1' from='a@x'/>");
    CHECK(stage.seen.take() == "");
}

TEST_CASE("J5: from_account and from_server mean a component's own domain") {
    ComponentStage stage;
    for (const auto sender : {headstock::Sender::account, headstock::Sender::server})
        stage.component.on({"message", sender},
                           [&](const Tag& tag) { stage.seen.add(tag.attribute("from")); });
    for (const auto* from : {"bot.e.test", "e.test", "b@bot.e.test", "a@x"})
        stage.answer_to("<message to='b@bot.e.test' from='" + std::string{from} + "'/>");
    CHECK(stage.seen.take() == "bot.e.test bot.e.test");
}

TEST_CASE("component: from_others means nobody in its own domain (issue 9.19)") {
    ComponentStage stage;
    stage.component.on({"message", headstock::Sender::others},
                       [&](const Tag& tag) { stage.seen.add(tag.attribute("from")); });
    for (const auto* from :
         {"bot.e.test", "b@bot.e.test", "c@BOT.e.test/r", "e.test", "a@x", "b@sub.bot.e.test"})
        stage.answer_to("<message to='b@bot.e.test' from='" + std::string{from} + "'/>");
    CHECK(stage.seen.take() == "e.test a@x b@sub.bot.e.test");
}

TEST_CASE("component: an iq or presence of unknown type gets bad-request from the address asked "
          "(issue 9.16)") {
    ComponentStage stage;
    const std::string error = "<error type='modify'><bad-request "
                              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    CHECK(stage.answer_to(
              "<iq id='1' type='ask' from='a@x' to='b@bot.e.test'><q xmlns='urn:q'/></iq>") ==
          "<iq to='a@x' from='b@bot.e.test' type='error' id='1'>" + error + "</iq>");
    CHECK(stage.answer_to("<presence id='1' type='ask' from='a@x' to='b@bot.e.test'/>") ==
          "<presence to='a@x' from='b@bot.e.test' type='error' id='1'>" + error + "</presence>");
    CHECK(stage.answer_to("<presence id='1' type='error' from='a@x' to='b@bot.e.test'/>") == "");
}

TEST_CASE("component: a roster push or carbon of a stranger reaches no row") {
    ComponentStage stage;
    stage.component.on(headstock::Path{"item", headstock::ns::roster},
                       [&](const Tag&) { stage.seen.add("item"); });
    stage.answer_to("<iq type='set' id='1' from='a@x' to='b@bot.e.test'>"
                    "<query xmlns='jabber:iq:roster'><item jid='evil@x'/></query></iq>");
    CHECK(stage.seen.take() == "");
}

TEST_CASE("F9: a client's own from is left out, whatever its resource") {
    support::Stage stage;
    const auto sent = [&](std::string_view address) {
        stage.client->send_stanza(from(address, hello()));
        return stage.take();
    };
    for (const auto* own :
         {"romeo@e.test/r", "romeo@e.test", "romeo@e.test/gone", "Romeo@E.TEST", ""})
        CHECK(sent(own) == "<presence to='a@x' id='1'/>");
}

TEST_CASE("client: an answer carries no from, whichever of its addresses was asked") {
    support::Stage stage;
    for (const std::string to : {"romeo@e.test/r", "romeo@e.test", "romeo@e.test/gone"})
        CHECK(stage.answer_to("<iq type='get' id='1' from='a@x' to='" + to +
                              "'><q xmlns='urn:q'/></iq>") ==
              support::error_answer("1", "a@x", "service-unavailable"));
}
