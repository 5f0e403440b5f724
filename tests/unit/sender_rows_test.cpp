// Rows of 1D and 1J of the project's list of faults, about who said something, as far as the tests
// of the contract do not hold them; those begin with D and J as well.
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/roster.hpp"
#include "headstock/message.hpp"
#include "headstock/stream/component.hpp"
#include "tests/support/component_stage.hpp"
#include "tests/support/played_state.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Element, headstock::Errc, headstock::Message, headstock::Tag;
using support::ComponentStage, support::Played, support::Stage;
namespace ns = headstock::ns;

namespace {

std::string forwarded(const std::string& inner) {
    return "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='a@x'>" +
           inner + "</message></forwarded>";
}

std::string received(const std::string& inner) {
    return "<received xmlns='urn:xmpp:carbons:2'>" + forwarded(inner) + "</received>";
}

} // namespace

TEST_CASE("D7: a carbon inside a carbon is none, whoever sends it") {
    Stage stage;
    stage.client->on({"received", ns::carbons}, stage.noting("carbon"));
    stage.client->on({"sent", ns::carbons}, stage.noting("carbon"));
    stage.client->on("message/{urn:xmpp:carbons:2}received/{urn:xmpp:forward:0}forwarded/"
                     "{jabber:client}message/body",
                     stage.noting("body"));
    stage.client->on("message", stage.noting("message"));
    const auto carbon = received(received("<body>deep</body>"));
    CHECK(stage.seen_in("<message from='romeo@e.test'>" + carbon + "</message>") ==
          "carbon message");
    CHECK(stage.seen_in("<message>" + carbon + "</message>") == "carbon message");
    CHECK(stage.seen_in("<message from='tybalt@e2.test/h'>" + carbon + "</message>") == "");
}

TEST_CASE("D7: what a stranger's carbon holds is nobody's message, and nothing is answered") {
    for (const auto* type : {"chat", "normal", "groupchat", "headline"}) {
        Stage stage;
        stage.client->on_message([&](const Message&) { stage.seen.add("on_message"); });
        stage.client->on("message/body", stage.noting("body"));
        stage.client->on({"body", ns::client}, stage.noting("anywhere"));
        const auto said =
            stage.answer_to("<message from='tybalt@e2.test/h' type='" + std::string{type} + "'>" +
                            received("<body>forged</body>") + "</message>");
        CHECK(said == "");
        CHECK(stage.seen.take() == "");
    }
}

TEST_CASE("D11: people behind one bare address are told apart, and answered apart") {
    Stage stage;
    std::string from;
    stage.client->on("message/body", [&](const Tag& body) {
        from += std::string{body.parent().attribute("from")} + " ";
        return headstock::reply_to(body.parent()).add("body", "yes");
    });
    stage.client->on_message([&](const Message& message) {
        from += message.from.str() + " " + message.from.resource().data() + " ";
    });
    for (const std::string nick : {"nurse", "Nurse", "romeo@e.test", "r"}) {
        CAPTURE(nick);
        const auto answer = stage.answer_to("<message type='chat' from='room@muc.e.test/" + nick +
                                            "'><body>psst</body></message>");
        CHECK(answer.find("to='room@muc.e.test/" + nick + "'") != answer.npos);
        CHECK(from == "room@muc.e.test/" + nick + " room@muc.e.test/" + nick + " " + nick + " ");
        from.clear();
    }
}

TEST_CASE("D14: a Message without a from is from our own bare address") {
    Stage stage;
    stage.client->on("message",
                     [&](const Message& message) { stage.seen.add(message.from.str()); });
    CHECK(stage.seen_in("<message><body>hi</body></message>") == "romeo@e.test");
    CHECK(stage.seen_in("<message from='romeo@e.test/r'><body>hi</body></message>") ==
          "romeo@e.test/r");
}

TEST_CASE("D16: without an object that answers, a stranger learns nothing by asking") {
    Stage stage;
    headstock::Roster roster;
    headstock::Presence presence;
    stage.client->register_handler(roster);
    stage.client->register_handler(presence);
    stage.take();
    for (const auto* question :
         {"<query xmlns='jabber:iq:version'/>", "<query xmlns='jabber:iq:last'/>",
          "<time xmlns='urn:xmpp:time'/>", "<ping xmlns='urn:xmpp:ping'/>",
          "<query xmlns='http://jabber.org/protocol/disco#info'/>",
          "<query xmlns='http://jabber.org/protocol/disco#items'/>",
          "<query xmlns='jabber:iq:roster'/>", "<vCard xmlns='vcard-temp'/>"}) {
        CAPTURE(std::string{question});
        CHECK(stage.answer_to("<iq type='get' id='1' from='stranger@x/y'>" + std::string{question} +
                              "</iq>") ==
              support::error_answer("1", "stranger@x/y", "service-unavailable"));
    }
    for (const auto* type : {"probe", "subscribe", "subscribed", "unsubscribe"})
        CHECK(stage.answer_to("<presence from='stranger@x' type='" + std::string{type} + "'/>") ==
              "");
    CHECK(stage.answer_to("<message type='chat' id='1' from='stranger@x/y'><body>?</body>"
                          "<request xmlns='urn:xmpp:receipts'/>"
                          "<markable xmlns='urn:xmpp:chat-markers:0'/></message>") == "");
}

TEST_CASE("J1: the handshake is the SHA-1 of id and secret, as they are behind XML's escapes") {
    const auto proof = [](std::string_view id, std::string_view secret) {
        const auto xml = headstock::detail::handshake(id, secret);
        return xml.substr(11, 40);
    };
    CHECK(proof("3BF96D32", "test") == "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e");
    CHECK(proof("1234", "secret") == "32532c0f7dbf1253c095b18b18e36d38d94c1256");
    CHECK(proof("myid", "mysecret") == "4011cd31f9b99ac089a0cd7ce297da7323fa2525");
    CHECK(proof("&<", ">'\"") == "e49fc6331c1cd7c703ca0c78b7e174be7f2d6456");
}

TEST_CASE("J2: what a component's server says in the place of a header or an answer") {
    struct Row {
        const char* state;
        std::string said;
        Errc code;
        const char* condition = "";
    };
    const std::string streams = "xmlns:stream='http://etherx.jabber.org/streams'";
    const std::string ours = "<stream:stream xmlns='jabber:component:accept' " + streams;
    for (const auto& row : {
             Row{"c-header", "<?xml version='1.0'?><?xml version='1.0'?>" + ours + " id='1'>",
                 Errc::not_xmpp},
             Row{"c-header", "<wrong " + streams + " id='1'>", Errc::not_xmpp},
             Row{"c-header", "<stream:wrong " + streams + " id='1'>", Errc::not_xmpp},
             Row{"c-header", ours + " id=''><handshake/>", Errc::unexpected_element},
             Row{"c-header", ours + " id=''></stream:stream>", Errc::connection_lost},
             Row{"c-header", ours + "><stream:error/>", Errc::stream_failed, "undefined-condition"},
             Row{"c-handshake", "text", Errc::restricted_xml},
             Row{"c-handshake", "<wrong/>", Errc::unexpected_element},
             Row{"c-handshake", "<handshake xmlns='jabber:component:connect'/>",
                 Errc::unexpected_element},
             Row{"c-handshake", "<handshake xmlns=''/>", Errc::unexpected_element},
             Row{"c-handshake", "<stream:error/>", Errc::stream_failed, "undefined-condition"},
             Row{"c-handshake",
                 "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error>",
                 Errc::not_authorized, "not-authorized"},
             Row{"c-handshake", "</stream:stream>", Errc::connection_lost},
         }) {
        CAPTURE(row.said);
        for (const bool in_bytes : {false, true}) {
            Played played{row.state};
            played.hear(row.said, in_bytes);
            CHECK(played.session().error().code == row.code);
            CHECK(played.session().error().condition == row.condition);
            CHECK(played.take().find("<handshake") == std::string::npos);
        }
    }
    for (const auto* state : {"c-header", "c-no-id", "c-handshake"}) { // an end without a word
        Played played{state};
        played.close();
        CHECK_FALSE(played.lives());
        CHECK(played.witness.ended == 1);
    }
}

TEST_CASE("J5: a component's request is answered by whom it asked, and by nobody in its place") {
    ComponentStage stage;
    const auto asked = [&](std::string_view to, std::string_view id) {
        const auto iq = headstock::iq_get(to).set("id", id).add(Element{"q", "urn:q"});
        CHECK(stage.component.request(
            iq, [&](const headstock::Response&) { stage.seen.add("answered"); }));
    };
    const auto answered = [&](const std::string& from, const std::string& id) {
        const auto attribute = from.empty() ? "" : " from='" + from + "'";
        stage.answer_to("<iq type='result' id='" + id + "' to='bot.e.test'" + attribute + "/>");
        return stage.seen.take();
    };
    asked("a@x/r", "1");
    for (const auto* other : {"", "bot.e.test", "e.test", "a@x", "x", "a@x/R", "b@x/r", "evil@y/r"})
        CHECK(answered(other, "1") == "");
    CHECK(answered("a@x/r", "1") == "answered");
    asked("bot.e.test", "2"); // itself, by way of its server, of which the host is no other name
    for (const auto* other : {"e.test", "a@x", "b@bot.e.test", "bot.e.test/r"})
        CHECK(answered(other, "2") == "");
    CHECK(answered("bot.e.test", "2") == "answered");
    asked("bot.e.test", "3");
    CHECK(answered("", "3") == "answered"); // no from is its own domain (contract 2)
}
