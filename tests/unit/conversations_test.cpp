// Who said what: the same sender, in a talk of two and in a room; what is kept of it, and no more.
#include "headstock/extensions/conversations.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "tests/support/room_scene.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

using headstock::Author, headstock::Jid, headstock::Message, headstock::MessageHeard,
    headstock::MessageWay, headstock::StanzaType;
using support::carbon, support::chat_from, support::occupant, support::room_message,
    support::room_name, support::TalkStage;

namespace {

const std::string body = "<body>x</body>";
constexpr auto occupant_ids = "urn:xmpp:occupant-id:0";
constexpr auto stanza_ids = "urn:xmpp:sid:0";

struct Scene : TalkStage {
    Scene() {
        client->on_event([this](const MessageHeard& event) {
            last = event.author;
            constexpr const char* ways[] = {"direct", "received", "sent", "archive"};
            seen.add(event.author.address.str() + '>' + event.conversation.str() + ':' +
                     ways[static_cast<int>(event.way)] + (event.ours ? ":ours" : "") +
                     (event.late ? ":late" : ""));
        });
    }
    Author by(std::string_view xml) {
        says(xml);
        seen.take();
        return last;
    }
    Author last;
};

} // namespace

TEST_CASE("conversations: outside rooms somebody is their bare JID") {
    Scene scene;
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", body)) ==
          "juliet@e.test>juliet@e.test:direct");
    const auto one = scene.by(chat_from("juliet@e.test/b", "1", body));
    CHECK(scene.talk.same(one, scene.by(chat_from("juliet@e.test/phone", "2", body))));
    CHECK_FALSE(scene.talk.same(one, scene.by(chat_from("juliet@e.test.x/b", "2", body))));
    CHECK_FALSE(scene.talk.same(Author{}, Author{}));
    CHECK(scene.seen_in(chat_from("romeo@e.test/other", "1", body)) ==
          "romeo@e.test>romeo@e.test:direct:ours"); // to ourselves
}

TEST_CASE("conversations: carbons are of whom they were, and an outer message is nobody's") {
    Scene scene;
    headstock::Carbons carbons;
    scene.client->register_handler(carbons);
    CHECK(scene.seen_in(carbon("received", "<message from='juliet@e.test/b' to='romeo@e.test/o' "
                                           "type='chat'>" +
                                               body + "</message>")) ==
          "juliet@e.test>juliet@e.test:received");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test/b' from='romeo@e.test/o' "
                                       "type='chat'>" +
                                           body + "</message>")) ==
          "romeo@e.test>juliet@e.test:sent:ours");
    CHECK(scene.seen_in("<message from='romeo@e.test'><x xmlns='urn:x'/></message>") == "");
    CHECK(scene.seen_in("<message from='a@e.test' type='error'>" + body + "</message>") == "");
}

TEST_CASE("conversations: an archive's messages come when the program says so, and late") {
    Scene scene;
    Message message{
        .from = Jid{"juliet@e.test/b"}, .to = Jid{"romeo@e.test"}, .id = "1", .body = "x"};
    scene.talk.follow(message);
    CHECK(scene.seen.take() == "juliet@e.test>juliet@e.test:archive:late");
    CHECK(scene.talk.find(Jid{"juliet@e.test"}, "1") != nullptr);
    message.type = StanzaType::error; // what came back was said by nobody
    scene.talk.follow(message);
    CHECK(scene.seen.take() == "");
}

TEST_CASE("conversations: in a room without occupant ids somebody is a nick, until they leave") {
    Scene scene;
    scene.join();
    scene.comes("anna");
    const auto one = scene.by(room_message("anna", "1", body));
    CHECK(one.address == Jid{"room@m.test/anna"});
    CHECK(scene.talk.same(one, scene.by(room_message("anna", "2", body))));
    CHECK_FALSE(scene.talk.same(one, scene.by(room_message("me", "3", body))));
    // an id that the room does not vouch for is nothing (XEP-0421 4)
    CHECK(scene.talk.same(one, scene.by(room_message("anna", "4", body + occupant("a")))));
    scene.comes("eve");
    CHECK_FALSE(scene.talk.same(scene.by(room_message("anna", "4", body + occupant("a"))),
                                scene.by(room_message("eve", "4", body + occupant("a")))));
    CHECK_FALSE(scene.talk.same({Jid{"room@m.test"}, true}, {Jid{"room@m.test"}}));
    // what comes late may be of who had the nick before (XEP-0308 5)
    CHECK_FALSE(
        scene.talk.same(one, scene.by(room_message("anna", "5",
                                                   body + "<delay xmlns='urn:xmpp:delay' "
                                                          "stamp='2002-09-10T23:08:25Z'/>"))));
    scene.goes("anna");
    scene.comes("anna");
    CHECK_FALSE(scene.talk.same(one, scene.by(room_message("anna", "6", body))));
}

TEST_CASE("conversations: with occupant ids somebody is that, whatever their nick (XEP-0421)") {
    Scene scene;
    scene.join({occupant_ids}, "mine");
    const auto one = scene.by(room_message("anna", "1", body + occupant("a")));
    CHECK(scene.talk.same(one, scene.by(room_message("anni", "2", body + occupant("a")))));
    CHECK_FALSE(scene.talk.same(one, scene.by(room_message("anna", "3", body + occupant("b")))));
    CHECK_FALSE(scene.talk.same(one, scene.by(room_message("anna", "4", body))));
    CHECK(scene.seen_in(room_message("anybody", "5", body + occupant("mine"))) ==
          "room@m.test/anybody>room@m.test:direct:ours");
    CHECK(scene.seen_in(room_message("me", "6", body + occupant("b"))) ==
          "room@m.test/me>room@m.test:direct");
}

TEST_CASE("conversations: what we say in a room is ours while we are in it under that nick") {
    Scene scene;
    scene.join();
    const std::string ours = "room@m.test/me>room@m.test:direct:ours";
    CHECK(scene.seen_in(room_message("me", "1", body)) == ours);
    CHECK(scene.seen_in(room_message("me", "1",
                                     body + "<delay xmlns='urn:xmpp:delay' "
                                            "stamp='2002-09-10T23:08:25Z'/>")) ==
          "room@m.test/me>room@m.test:direct:late");
    scene.comes("anna");
    const auto anna = scene.by(room_message("anna", "a", body));
    scene.says("<presence type='unavailable' from='room@m.test/me'><x "
               "xmlns='http://jabber.org/protocol/muc#user'><item nick='me2'/>"
               "<status code='303'/><status code='110'/></x></presence>"); // XEP-0045 7.6
    scene.comes("me2", {}, true);
    scene.take();
    CHECK(scene.seen_in(room_message("me", "2", body)) == "room@m.test/me>room@m.test:direct");
    CHECK(scene.seen_in(room_message("me2", "3", body)) ==
          "room@m.test/me2>room@m.test:direct:ours");
    CHECK(scene.talk.same(anna, scene.by(room_message("anna", "b", body))));
    scene.goes("me2");
    CHECK(scene.seen_in(room_message("me2", "4", body)) == "room@m.test/me2>room@m.test:direct");
}

TEST_CASE("conversations: private messages of a room are of one occupant, not of the room") {
    Scene scene;
    scene.join();
    scene.comes("anna");
    scene.comes("eve");
    const auto anna = scene.by(chat_from("room@m.test/anna", "1", body));
    CHECK(scene.seen_in(chat_from("room@m.test/anna", "1", body)) ==
          "room@m.test/anna>room@m.test/anna:direct");
    CHECK(scene.talk.same(anna, scene.by(room_message("anna", "2", body))));
    CHECK_FALSE(scene.talk.same(anna, scene.by(chat_from("room@m.test/eve", "1", body))));
    // from a room that was not entered, and says what it is: of one occupant, but of none known
    const auto mark = body + "<x xmlns='http://jabber.org/protocol/muc#user'/>";
    const auto other = scene.by(chat_from("other@m.test/a", "1", mark));
    CHECK(other.address == Jid{"other@m.test/a"});
    CHECK_FALSE(scene.talk.same(other, other));
}

TEST_CASE("conversations: a room that was not entered is believed nothing") {
    Scene scene;
    scene.comes("anna", "a", true);
    CHECK(scene.take().empty()); // who is asked learns that we are there
    const auto one = scene.by(room_message("anna", "1", body + occupant("a")));
    CHECK_FALSE(scene.talk.same(one, one));
    scene.join({occupant_ids});
    CHECK(scene.talk.same(one, one));
    scene.talk.leave("room@m.test");
    CHECK_FALSE(scene.talk.same(one, one));
    CHECK(scene.talk.enter("").code == headstock::Errc::invalid_jid);
    CHECK(scene.talk.enter("@").code == headstock::Errc::invalid_jid);
    scene.talk.leave("@");
}

TEST_CASE("conversations: a room is asked once, before its history, and again when it is new") {
    TalkStage stage;
    const Jid room{"room@m.test"};
    REQUIRE_FALSE(stage.talk.enter("room@m.test/me"));
    const auto asked = stage.take();
    CHECK(asked.find("to='room@m.test'") != std::string::npos);
    REQUIRE_FALSE(stage.talk.enter("room@m.test"));
    stage.comes("me", {}, true);
    CHECK(stage.take().empty());
    const auto refuse = [&](const std::string& iq, const char* from = "room@m.test") {
        const auto at = iq.find("id='") + 4;
        return stage.answer_to("<iq type='error' from='" + std::string{from} + "' id='" +
                               iq.substr(at, iq.find('\'', at) - at) +
                               "'><error type='cancel'><item-not-found "
                               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    };
    const auto again = refuse(asked);
    CHECK(again.find("to='room@m.test'") != std::string::npos);
    CHECK(refuse(again).empty());
    CHECK_FALSE(stage.talk.gives_stanza_ids(room));
    // one that there is not yet is asked when we are in it
    REQUIRE_FALSE(stage.talk.enter("new@m.test/me"));
    const auto none = stage.take();
    CHECK(refuse(none, "new@m.test").empty());
    CHECK(stage
              .answer_to("<presence from='new@m.test/me'><x "
                         "xmlns='http://jabber.org/protocol/muc#user'><status code='110'/>"
                         "</x></presence>")
              .find("to='new@m.test'") != std::string::npos);
    stage.goes("me");
    stage.comes("me", {}, true); // another stay
    stage.tell_features({stanza_ids});
    CHECK(stage.talk.gives_stanza_ids(room));
}

TEST_CASE("conversations: what a session knew of rooms ends with it") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    TalkStage stage{options};
    stage.join({occupant_ids, stanza_ids});
    const Author anna{Jid{"room@m.test/anna"}, true, "a", 0};
    CHECK(stage.talk.same(anna, anna));
    CHECK(stage.talk.gives_stanza_ids(Jid{"room@m.test"}));
    stage.lose();
    CHECK_FALSE(stage.talk.same(anna, anna));
    CHECK_FALSE(stage.talk.gives_stanza_ids(Jid{"room@m.test"}));
    stage.come_back();
    CHECK(stage.talk.is_room(Jid{"room@m.test"}));
    stage.tell_features({occupant_ids});
    CHECK(stage.talk.same(anna, anna));
}

TEST_CASE("conversations: what was said is found by its ids, and a room's names are its own") {
    Scene scene;
    const Jid room{"room@m.test"};
    scene.join({occupant_ids, stanza_ids});
    scene.says(room_message("anna", "1", body + room_name("one") + occupant("a")));
    scene.says(room_message("eve", "1", body + room_name("one") + occupant("e")));
    REQUIRE(scene.talk.find(room, "one") != nullptr);
    CHECK(scene.talk.find(room, "one")->author.address == Jid{"room@m.test/anna"});
    CHECK(scene.talk.find(room, "1") == nullptr);
    const Author anna{Jid{"room@m.test/other"}, true, "a", 0};
    REQUIRE(scene.talk.find(room, "1", anna) != nullptr);
    CHECK(scene.talk.find(room, "1", anna)->room_id == "one");
    CHECK(scene.talk.find(Jid{"other@m.test"}, "one") == nullptr);
    CHECK(scene.talk.find(room, "") == nullptr);

    const Jid juliet{"juliet@e.test"};
    const auto sent = scene.talk.send({.to = Jid{"juliet@e.test/b"}, .body = "x"});
    REQUIRE(sent);
    CHECK(scene.take() ==
          "<message to='juliet@e.test/b' type='chat' id='" + sent.id + "'>" + body + "</message>");
    REQUIRE(scene.talk.find(juliet, sent.id) != nullptr);
    CHECK(scene.talk.find(juliet, sent.id)->author.address == Jid{"romeo@e.test"});
    scene.says(
        chat_from("juliet@e.test/b", "2", body + "<origin-id xmlns='urn:xmpp:sid:0' id='o'/>"));
    CHECK(scene.talk.find(juliet, "o") == scene.talk.find(juliet, "2"));
    scene.says(chat_from("juliet@e.test/b", "3", "<x xmlns='urn:x'/>")); // nothing was said
    CHECK(scene.talk.find(juliet, "3") == nullptr);
    scene.says(chat_from("juliet@e.test/b", std::string(257, 'i'), body));
    CHECK(scene.talk.find(juliet, std::string(257, 'i')) == nullptr);
}

TEST_CASE("conversations: the last fifty of a thousand are kept, and eight MiB") {
    TalkStage stage;
    const Jid juliet{"juliet@e.test"};
    for (int i = 0; i < 60; ++i) stage.says(chat_from("juliet@e.test/b", std::to_string(i), body));
    CHECK(stage.talk.find(juliet, "9") == nullptr);
    CHECK(stage.talk.find(juliet, "10") != nullptr);
    for (int i = 0; i < 999; ++i)
        stage.says(chat_from("m@" + std::to_string(i) + ".test/b", "1", body));
    CHECK(stage.talk.find(juliet, "59") != nullptr);
    stage.says(chat_from("m@999.test/b", "1", body));
    CHECK(stage.talk.find(juliet, "59") == nullptr);
    CHECK(stage.talk.find(Jid{"m@999.test"}, "1") != nullptr);
    // What is forgotten for others takes no room
    for (int i = 0; i < 20000; ++i)
        stage.says(chat_from("m@" + std::to_string(i) + ".test/b", std::string(256, 'i'),
                             body + "<origin-id xmlns='urn:xmpp:sid:0' id='" +
                                 std::string(256, 'o') + "'/>"));
    CHECK(stage.talk.find(Jid{"m@19001.test"}, std::string(256, 'o')) != nullptr);
    // Long ones, fifty in each of 400 conversations
    const std::string origin =
        "<origin-id xmlns='urn:xmpp:sid:0' id='" + std::string(250, 'o') + "'/>";
    std::string all;
    for (int who = 0; who < 400; ++who) {
        for (int i = 0; i < 50; ++i)
            all += chat_from("n@" + std::to_string(who) + ".test/b",
                             std::to_string(i) + std::string(240, 'i'), body + origin);
        stage.says(std::exchange(all, {}));
    }
    int kept = 0;
    for (int who = 0; who < 400; ++who)
        kept += stage.talk.find(Jid{"n@" + std::to_string(who) + ".test"},
                                "49" + std::string(240, 'i')) != nullptr;
    CHECK(kept > 300);
    CHECK(kept < 340);
}

TEST_CASE("conversations: of more occupants than fit nothing is known, and all go with the room") {
    TalkStage stage;
    stage.join();
    const std::string nick(900, 'n');
    for (int i = 0; i < 20000; ++i) stage.comes(nick + std::to_string(i));
    stage.take();
    const auto author = [&](int i) {
        return stage.talk.author({.from = Jid{"room@m.test/" + nick + std::to_string(i)},
                                  .type = StanzaType::groupchat});
    };
    CHECK(author(0).stay != 0);
    CHECK(author(19999).stay == 0);
    stage.goes("me");
    CHECK(author(0).stay == 0);
    stage.comes("me", {}, true);
    for (int i = 0; i < 20000; ++i) { // who has gone takes no room
        stage.comes(nick + std::to_string(i));
        stage.goes(nick + std::to_string(i));
    }
    stage.comes(nick + "19999");
    CHECK(author(19999).stay != 0);
}

TEST_CASE(
    "conversations: the object may go inside its event, and nothing is sent without a client") {
    auto talk = std::make_unique<headstock::Conversations>();
    CHECK(talk->send({.to = Jid{"a@e.test"}}).error.code == headstock::Errc::session_over);
    talk->follow({.from = Jid{"a@e.test"}, .body = "x"});
    support::SessionKit kit;
    kit.client->register_handler(*talk);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const MessageHeard&) {
        ++told;
        kit.client->unregister_handler(*talk);
        talk.reset();
    });
    kit.says(chat_from("a@e.test", "1", body) + chat_from("a@e.test", "2", body));
    CHECK(told == 1);
}

TEST_CASE("conversations: who says code 110 of their own presence is not us") {
    const std::string by_eve = "room@m.test/eve>room@m.test:direct";
    Scene scene;
    SUBCASE("when we are in") { scene.join(); }
    SUBCASE("before we are in") {
        REQUIRE_FALSE(scene.talk.enter("room@m.test/me"));
        scene.comes("eve", {}, true);
        scene.comes("me", {}, true);
    }
    SUBCASE("of which occupant ids count") {
        scene.join({"urn:xmpp:occupant-id:0"}, "mine");
        scene.comes("eve", "theirs", true);
        CHECK(scene.seen_in(room_message("eve", "1", body + occupant("theirs"))) == by_eve);
        return;
    }
    SUBCASE("where nobody knows under which nick we join") {
        REQUIRE_FALSE(scene.talk.enter("room@m.test"));
        scene.comes("eve", {}, true);
        CHECK(scene.seen_in(room_message("eve", "1", body)) == by_eve);
        return;
    }
    scene.comes("eve", {}, true);
    CHECK(scene.seen_in(room_message("eve", "1", body)) == by_eve);
    const auto eve = scene.by(room_message("eve", "2", body));
    scene.says("<presence type='unavailable' from='room@m.test/eva'><x "
               "xmlns='http://jabber.org/protocol/muc#user'><item nick='eve'/>"
               "<status code='303'/><status code='110'/></x></presence>");
    CHECK(scene.seen_in(room_message("eve", "3", body)) == by_eve);
    scene.goes("eva", "110"); // nor does it put us out
    CHECK(scene.talk.same(eve, scene.by(room_message("eve", "4", body))));
    CHECK(scene.seen_in(room_message("me", "5", body)) == "room@m.test/me>room@m.test:direct:ours");
}

TEST_CASE("conversations: a nick that the room has assigned is ours, the last before a message") {
    Scene scene;
    REQUIRE_FALSE(scene.talk.enter("room@m.test/me"));
    scene.comes("eve", {}, true);
    scene.comes("me-1", {}, true);
    CHECK(scene.seen_in(room_message("me-1", "1", body)) ==
          "room@m.test/me-1>room@m.test:direct:ours");
    scene.comes("mallory", {}, true);
    CHECK(scene.seen_in(room_message("mallory", "2", body)) ==
          "room@m.test/mallory>room@m.test:direct");
}

TEST_CASE("conversations: a MucRoom says under which nick we are in") {
    headstock::MucRoom room{"room@m.test", "me"};
    Scene scene;
    REQUIRE_FALSE(scene.talk.enter("room@m.test"));
    scene.client->register_handler(room);
    const auto id = support::id_beside(scene.take(), "/me'");
    REQUIRE_FALSE(id.empty());
    scene.comes("eve", {}, true);
    SUBCASE("the one that it asked for") { scene.comes("me", {}, true); }
    std::string nick = "me";
    SUBCASE("the one that has the id of its presence") {
        nick = "me-1";
        scene.says("<presence from='room@m.test/me-1' id='" + id +
                   "'><x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>"
                   "</presence>");
    }
    scene.comes("eve", {}, true);
    CHECK(scene.seen_in(room_message(nick, "1", body)) ==
          "room@m.test/" + nick + ">room@m.test:direct:ours");
    CHECK(scene.seen_in(room_message("eve", "2", body)) == "room@m.test/eve>room@m.test:direct");
}

TEST_CASE("conversations: who has a nick when we enter again is not taken for who had it") {
    Scene scene;
    scene.join();
    scene.comes("anna");
    const auto anna = scene.by(room_message("anna", "a", body));
    CHECK(scene.talk.same(anna, scene.by(room_message("anna", "b", body))));
    auto enters = headstock::presence().set("to", "room@m.test/me").add(headstock::MucJoin{});
    scene.client->emit_now(headstock::PresencePrepared{enters}); // we were out, and did not see it
    scene.comes("anna");
    scene.comes("me", {}, true);
    CHECK_FALSE(scene.talk.same(anna, scene.by(room_message("anna", "c", body))));
    CHECK(scene.seen_in(room_message("me", "d", body)) == "room@m.test/me>room@m.test:direct:ours");
}
