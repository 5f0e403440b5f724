// XEP-0308: a message in the place of another one, by whoever said that, and by nobody else.
#include "headstock/extensions/correction.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Corrections, headstock::Jid;
using support::carbon, support::chat_from, support::occupant, support::room_message,
    support::TalkStage;

namespace {

std::string text(const std::string& words) { return "<body>" + words + "</body>"; }
std::string replace(const std::string& id) {
    return "<replace xmlns='urn:xmpp:message-correct:0' id='" + id + "'/>";
}

struct Scene : TalkStage {
    Scene() {
        client->register_handler(carbons);
        client->register_handler(corrections);
        client->on_event([this](const headstock::Corrected& event) {
            seen.add(event.original + ":" + event.message.body + (event.last ? ":last" : "") +
                     (event.ours ? ":ours" : ""));
        });
        take();
    }
    headstock::Carbons carbons;
    Corrections corrections{talk};
};

} // namespace

TEST_CASE("correction: the element, read and written again (XEP-0308 3)") {
    CHECK(support::again<headstock::Replace>(replace("bad1")) == replace("bad1"));
    CHECK(support::again<headstock::Replace>("<replace xmlns='urn:xmpp:message-correct:0'/>") ==
          "id is missing");
}

TEST_CASE(
    "correction: by the same account, from any of its clients, again and again (XEP-0308 4)") {
    Scene scene;
    scene.says(chat_from("juliet@e.test/b", "bad1", text("airlock")));
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "good1", text("window") + replace("bad1"))) ==
          "bad1:window:last");
    CHECK(scene.seen_in(chat_from("juliet@e.test/p", "good2", text("door") + replace("bad1"))) ==
          "bad1:door:last");
    // who names a correction means the first message
    CHECK(scene.seen_in(chat_from("juliet@e.test/p", "good3", text("gate") + replace("good2"))) ==
          "bad1:gate:last");
    CHECK(scene.seen_in(chat_from("juliet@e.test/p", "good3b", text("arch") + replace("good3"))) ==
          "bad1:arch:last");
    scene.says(chat_from("juliet@e.test/b", "next", text("and more")));
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "good4", text("roof") + replace("bad1"))) ==
          "bad1:roof");
}

TEST_CASE("correction: nobody corrects what others have said, nor what is not known") {
    Scene scene;
    scene.says(chat_from("juliet@e.test/b", "bad1", text("airlock")));
    CHECK(scene.seen_in(chat_from("eve@e.test/b", "1", text("x") + replace("bad1"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "2", text("x") + replace("other"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "3", text("x") + replace("3"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "4", text("x") + replace(""))) == "");
}

TEST_CASE("correction: in a room by the same occupant, until they have left (XEP-0308 5)") {
    Scene scene;
    scene.join();
    scene.comes("anna");
    scene.comes("eve");
    scene.says(room_message("anna", "1", text("x")));
    CHECK(scene.seen_in(room_message("eve", "2", text("y") + replace("1"))) == "");
    CHECK(scene.seen_in(room_message("anna", "3", text("y") + replace("1"))) == "1:y:last");
    scene.goes("anna");
    scene.comes("anna");
    CHECK(scene.seen_in(room_message("anna", "4", text("z") + replace("1"))) == "");
    scene.says(room_message("me", "5", text("x")));
    CHECK(scene.seen_in(room_message("me", "6", text("y") + replace("5"))) == "5:y:last:ours");
}

TEST_CASE("correction: in a room with occupant ids by the same one, under any nick") {
    Scene scene;
    scene.join({"urn:xmpp:occupant-id:0"});
    scene.says(room_message("anna", "1", text("x") + occupant("a")));
    CHECK(scene.seen_in(room_message("anna", "2", text("y") + replace("1") + occupant("b"))) == "");
    CHECK(scene.seen_in(room_message("anna", "2", text("y") + replace("1"))) == "");
    CHECK(scene.seen_in(room_message("anni", "3", text("y") + replace("1") + occupant("a"))) ==
          "1:y:last");
    // a private message is another conversation
    CHECK(scene.seen_in(
              chat_from("room@m.test/anna", "4", text("y") + replace("1") + occupant("a"))) == "");
}

TEST_CASE("correction: ours, with the first id, and by another client of our account") {
    Scene scene;
    const Jid juliet{"juliet@e.test"};
    REQUIRE(scene.talk.send({.to = juliet, .id = "bad1", .body = "airlock"}));
    scene.take();
    const auto sent = scene.corrections.correct("bad1", {.to = juliet, .body = "window"});
    CHECK(scene.take() == "<message to='juliet@e.test' type='chat' id='" + sent.id + "'>" +
                              text("window") + replace("bad1") + "</message>");
    REQUIRE(scene.corrections.correct(sent.id, {.to = juliet, .body = "door"}));
    CHECK(scene.take().find(replace("bad1")) != std::string::npos);
    CHECK(scene.corrections.correct("", {.to = juliet}).error.code ==
          headstock::Errc::invalid_option);
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", text("x") + replace("bad1"))) == "");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test' from='romeo@e.test/o' id='2' "
                                       "type='chat'>" +
                                           text("roof") + replace("bad1") + "</message>")) ==
          "bad1:roof:last:ours");
}

TEST_CASE("correction: without talk nothing is sent, and its event may destroy all") {
    auto talk = std::make_unique<headstock::Conversations>();
    auto corrections = std::make_unique<Corrections>(*talk);
    CHECK(corrections->correct("1", {.to = Jid{"a@e.test"}}).error.code ==
          headstock::Errc::session_over);
    support::SessionKit kit;
    kit.client->register_handler(*talk);
    kit.client->register_handler(*corrections);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const headstock::Corrected&) {
        ++told;
        kit.client.reset();
        corrections.reset();
        talk.reset();
    });
    kit.client->received(chat_from("a@e.test", "1", text("x")) +
                         chat_from("a@e.test", "2", text("y") + replace("1")) +
                         chat_from("a@e.test", "3", text("z") + replace("1")));
    CHECK(told == 1);
    std::unique_ptr<Corrections> left;
    {
        headstock::Conversations short_lived;
        left = std::make_unique<Corrections>(short_lived);
    }
    CHECK(left->correct("1", {.to = Jid{"a@e.test"}}).error.code == headstock::Errc::session_over);
}
