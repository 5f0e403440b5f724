// XEP-0333: how far somebody has read, told to who may know, and never going back.
#include "headstock/extensions/markers.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Audience, headstock::Element, headstock::Jid, headstock::Markers,
    headstock::Message;
using support::carbon, support::chat_from, support::occupant, support::room_message,
    support::room_name, support::TalkStage;

namespace {

const std::string body = "<body>x</body>";
const std::string markable = body + "<markable xmlns='urn:xmpp:chat-markers:0'/>";
std::string marker(const std::string& id) {
    return "<displayed xmlns='urn:xmpp:chat-markers:0' id='" + id + "'/>";
}

struct Scene : TalkStage {
    explicit Scene(Audience told = Audience::everybody()) : markers{talk, told} {
        client->register_handler(carbons);
        client->register_handler(markers);
        client->on_event([this](const headstock::MessageDisplayed& event) {
            seen.add(event.id + ":" + event.who.address.str() + (event.ours ? ":ours" : ""));
        });
        take();
    }
    /// What is sent for a message, without its id; nothing for one that was refused.
    std::string marked(const std::string& xml) {
        auto named = xml;
        named.insert(sizeof "<message", "xmlns='jabber:client' ");
        const auto read = Message::of(Element::parse(named).value(), client->jid());
        const auto sent = markers.displayed(*read);
        auto bytes = take();
        if (!sent) CHECK(sent.error.code == headstock::Errc::invalid_option);
        const auto at = bytes.find(" id='" + sent.id + "'");
        return sent ? bytes.erase(at, sent.id.size() + 6) : bytes;
    }
    headstock::Carbons carbons;
    Markers markers;
};

} // namespace

TEST_CASE("markers: the elements, read and written again (XEP-0333 4)") {
    CHECK(support::again<headstock::Markable>("<markable xmlns='urn:xmpp:chat-markers:0'/>") ==
          "<markable xmlns='urn:xmpp:chat-markers:0'/>");
    CHECK(support::again<headstock::DisplayedMarker>(marker("the-msg-1")) == marker("the-msg-1"));
    CHECK(support::again<headstock::DisplayedMarker>(
              "<displayed xmlns='urn:xmpp:chat-markers:0'/>") == "id is missing");
}

TEST_CASE("markers: who has asked is told, at their bare JID (XEP-0333 4.2)") {
    Scene scene;
    CHECK(scene.marked(
              chat_from("romeo@m.test/orchard", "the-msg-1", markable + "<thread>t</thread>")) ==
          "<message to='romeo@m.test' type='chat'><thread>t</thread>" + marker("the-msg-1") +
              "</message>");
    CHECK(scene.marked(chat_from("romeo@m.test/orchard", "1", body)) == "");
    CHECK(scene.marked(chat_from("romeo@m.test/orchard", "", markable)) == "");
    CHECK(scene.marked(chat_from("romeo@m.test/orchard", "1", markable + marker("2"))) == "");
    CHECK(scene.marked(chat_from("romeo@e.test/other", "1", markable)) == ""); // ours (5)
    Scene nobody{Audience::nobody()};
    CHECK(nobody.marked(chat_from("romeo@m.test/orchard", "1", markable)) == "");
}

TEST_CASE("markers: in a room all are told, by its own id and no other (XEP-0333)") {
    Scene scene{Audience::nobody()};
    scene.join({"urn:xmpp:sid:0"});
    CHECK(scene.marked(room_message("firstwitch", "message-1", body + room_name("39K7ZYIp"))) ==
          "<message to='room@m.test' type='groupchat'>" + marker("39K7ZYIp") + "</message>");
    CHECK(scene.marked(room_message("firstwitch", "message-1", body)) == "");
    CHECK(scene.marked(room_message("me", "message-1", body + room_name("1"))) == "");
    Scene plain;
    plain.join();
    CHECK(plain.marked(room_message("firstwitch", "message-1", body + room_name("forged"))) ==
          "<message to='room@m.test' type='groupchat'>" + marker("message-1") + "</message>");
    Scene secret{Audience::nobody()};
    secret.join();
    CHECK(secret.marked(chat_from("room@m.test/firstwitch", "1", markable)) == "");
    CHECK(plain.marked(chat_from("room@m.test/firstwitch", "1", markable)) ==
          "<message to='room@m.test/firstwitch' type='chat'>" + marker("1") + "</message>");
}

TEST_CASE("markers: who says that they are a room is none, and is told nothing") {
    Scene scene{Audience::nobody()};
    CHECK(scene.marked(
              support::message_from("eve@m.test/x", "type='groupchat' id='1'", markable)) == "");
    CHECK(scene.marked(room_message("firstwitch", "1", markable)) == ""); // not entered
    scene.join();
    CHECK(scene.marked(room_message("firstwitch", "1", markable)) != "");
}

TEST_CASE("markers: they go forward, and only over what we have sent (XEP-0333 5)") {
    Scene scene;
    const Jid juliet{"juliet@e.test"};
    for (const auto* id : {"1", "2", "3"})
        REQUIRE(scene.markers.send({.to = juliet, .id = id, .body = "x"}));
    CHECK(scene.take().find("<message to='juliet@e.test' type='chat' id='3'>" + markable +
                            "</message>") != std::string::npos);
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "a", marker("2"))) == "2:juliet@e.test");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "b", marker("2"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "c", marker("1"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "d", marker("unknown"))) == "");
    CHECK(scene.seen_in(chat_from("eve@e.test/b", "e", marker("3"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/p", "f", marker("3"))) == "3:juliet@e.test");
    scene.says(chat_from("juliet@e.test/b", "hers", body));
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "g", marker("hers"))) == "");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test' from='romeo@e.test/o' "
                                       "type='chat'>" +
                                           marker("hers") + "</message>")) ==
          "hers:romeo@e.test:ours"); // read on another client of ours
}

TEST_CASE("markers: in a room each has read so far, and who is unknown nothing") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0", "urn:xmpp:occupant-id:0"});
    scene.says(room_message("anna", "1", body + room_name("one") + occupant("a")));
    scene.says(room_message("anna", "2", body + room_name("two") + occupant("a")));
    CHECK(scene.seen_in(room_message("eve", "3", marker("two") + occupant("e"))) ==
          "two:room@m.test/eve");
    CHECK(scene.seen_in(room_message("eva", "4", marker("one") + occupant("e"))) == "");
    CHECK(scene.seen_in(room_message("bob", "5", marker("one") + occupant("b"))) ==
          "one:room@m.test/bob");
    CHECK(scene.seen_in(room_message("bob", "6", marker("2") + occupant("b"))) == "");
    CHECK(scene.seen_in(room_message("bob", "7", marker("two"))) == "");
}

TEST_CASE("markers: no session, no marker") {
    headstock::Conversations talk;
    Markers markers{talk, Audience::everybody()};
    CHECK(markers.send({.to = Jid{"a@e.test"}}).error.code == headstock::Errc::session_over);
    Message asks{.from = Jid{"a@e.test"}, .id = "1"};
    asks.add(headstock::Markable{});
    CHECK(markers.displayed(asks).error.code == headstock::Errc::session_over);
}
