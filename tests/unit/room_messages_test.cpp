// XEP-0045 7.4, 7.5, 8.1: what is said in a room, what comes back, and what does not.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Message, headstock::MucRoom;
using support::RoomScene;

namespace {

struct InRoom : RoomScene {
    explicit InRoom(std::string_view features = "urn:xmpp:sid:0 urn:xmpp:occupant-id:0") {
        be_in(features);
    }
    static std::string of(std::string_view nick, std::string_view text, std::string_view id = {}) {
        return groupchat(nick, body(text), id);
    }
};

constexpr auto refusal = "<error type='auth'><forbidden "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

std::string
error_of(const std::string& id, const char* condition, const char* from = RoomScene::room_jid) {
    return "<message type='error' from='" + std::string{from} + "' id='" + id +
           "'><error type='cancel'><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
}

} // namespace

TEST_CASE("room: what is said before self-presence waits, in order, and goes out then") {
    RoomScene scene;
    const auto sent = scene.room->say("one");
    CHECK(sent);
    CHECK_FALSE(sent.id.empty());
    CHECK(scene.room->say_privately("juliet", "two"));
    CHECK(scene.room->set_subject("three"));
    CHECK(scene.room->waiting() == 3);
    CHECK(scene.take().empty());
    scene.says(RoomScene::present("romeo", "110"));
    const auto said = scene.take();
    CHECK(said.find("one") < said.find("two"));
    CHECK(said.find("two") < said.find("three"));
    CHECK(said.find("id='" + sent.id + "'") != std::string::npos);
    CHECK(scene.room->waiting() == 0);
}

TEST_CASE("room: what goes out") {
    InRoom scene;
    Message message;
    message.id = "hysf1v37";
    message.body = "Harpier cries";
    message.type = headstock::StanzaType::chat;
    CHECK(scene.room->say(message));
    CHECK(scene.take() == "<message to='coven@chat.e.test' type='groupchat' id='hysf1v37'>"
                          "<body>Harpier cries</body>"
                          "<origin-id xmlns='urn:xmpp:sid:0' id='hysf1v37'/></message>");
    CHECK(scene.room->say_privately("juliet", message));
    CHECK(scene.take() == "<message to='coven@chat.e.test/juliet' type='chat' id='hysf1v37'>"
                          "<body>Harpier cries</body>"
                          "<x xmlns='http://jabber.org/protocol/muc#user'/>"
                          "<origin-id xmlns='urn:xmpp:sid:0' id='hysf1v37'/></message>");
    CHECK(scene.room->set_subject(""));
    CHECK(scene.take().find("<subject/>") != std::string::npos);
    CHECK_FALSE(scene.room->say_privately("", "to whom?"));
    CHECK_THROWS_AS((void)scene.room->say(std::string{'\1'}), bridge::Invalid);
    CHECK(scene.take().empty());
}

TEST_CASE("room: so much may wait, and no more") {
    RoomScene scene;
    for (std::size_t i = 0; i < MucRoom::most_waiting; ++i) REQUIRE(scene.room->say("x"));
    CHECK(scene.room->say("x").error.code == headstock::Errc::queue_full);
    RoomScene other;
    CHECK(other.room->say(std::string(MucRoom::most_waiting_bytes / 2, 'x')));
    CHECK(other.room->say(std::string(MucRoom::most_waiting_bytes / 2, 'x')).error.code ==
          headstock::Errc::queue_full);
}

TEST_CASE("room: what waits is told when it comes to nothing") {
    RoomScene scene;
    CHECK(scene.room->say("one"));
    CHECK(scene.room->say("two"));
    SUBCASE("refused for good") {
        CHECK(scene.told(RoomScene::presence_error("forbidden", scene.join_id())) ==
              "refused:banned lost:one:not sent lost:two:not sent");
        CHECK_FALSE(scene.room->say("three"));
    }
    SUBCASE("refused for now: it waits on") {
        CHECK(scene.told(RoomScene::presence_error("service-unavailable", scene.join_id(),
                                                   "wait")) == "refused:full:5000");
        CHECK(scene.room->waiting() == 2);
    }
    SUBCASE("left") {
        CHECK(scene.room->leave());
        CHECK(scene.notes.take().starts_with("lost:one:"));
    }
    SUBCASE("the client ends") {
        scene.client->stop();
        CHECK(scene.notes.take().starts_with("lost:one:"));
    }
}

TEST_CASE("room: what others say, and what we said") {
    InRoom scene;
    CHECK(scene.told(InRoom::of("juliet", "hi", "1")) == "said:juliet:hi");
    const auto sent = scene.room->say("ho");
    CHECK(scene.told(InRoom::of("juliet", "forged", sent.id)) == "said:juliet:forged");
    CHECK(scene.told(InRoom::of("romeo", "ho", sent.id)) == "said:romeo:ho:ours");
    CHECK(scene.told(InRoom::of("romeo", "another client of ours")) ==
          "said:romeo:another client of ours:ours");
    CHECK(scene.told(InRoom::of("", "the room itself")) == "said::the room itself");
}

TEST_CASE("room: ids and occupant ids count where the room announces them, and are the room's") {
    const std::string more = RoomScene::body("x") + RoomScene::given_id("s1") +
                             "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>";
    InRoom scene;
    CHECK(scene.told(RoomScene::groupchat("juliet", more)) == "said:juliet:x:id=s1:who=o1");
    CHECK(scene.told(RoomScene::groupchat(
              "juliet", RoomScene::body("x") + "<stanza-id xmlns='urn:xmpp:sid:0' by='e.test' "
                                               "id='s2'/>")) == "said:juliet:x");
    InRoom plain{""};
    CHECK(plain.told(RoomScene::groupchat("juliet", more)) == "said:juliet:x");
    const std::string long_id(129, 'x');
    CHECK(scene.told(RoomScene::groupchat(
              "juliet", RoomScene::body("x") + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" +
                            long_id + "'/>")) == "said:juliet:x");
}

TEST_CASE("room: history is what the room delays before the subject, and nothing later") {
    RoomScene scene;
    scene.says(scene.features("urn:xmpp:sid:0") + RoomScene::present("romeo", "110"));
    scene.notes.take();
    const auto old = RoomScene::delay("2002-10-13T23:58:37Z");
    CHECK(scene.told(RoomScene::groupchat("juliet", RoomScene::body("a") + old)) ==
          "said:juliet:a:history");
    CHECK(scene.told(RoomScene::groupchat("romeo", RoomScene::body("b") + old)) ==
          "said:romeo:b:history"); // who had the nick then is unknown
    CHECK(scene.told(
              RoomScene::groupchat("nurse", RoomScene::body("c") + old +
                                                RoomScene::delay("2001-01-01T00:00:00Z", "a@b"))) ==
          "said:nurse:c:history");
    SUBCASE("the subject ends it") {
        CHECK(scene.told(RoomScene::groupchat("juliet", "<subject>Fire</subject>" + old)) ==
              "subject:juliet:Fire:history");
        CHECK(scene.told(RoomScene::groupchat("mallory", RoomScene::body("d") + old)) ==
              "said:mallory:d");
    }
    SUBCASE("a live message does") {
        CHECK(scene.told(RoomScene::groupchat("mallory", RoomScene::body("d"))) ==
              "said:mallory:d");
        CHECK(scene.told(RoomScene::groupchat("mallory", RoomScene::body("e") + old)) ==
              "said:mallory:e");
    }
    SUBCASE("a delay that is not the room's is none") {
        CHECK(scene.told(RoomScene::groupchat(
                  "mallory",
                  RoomScene::body("d") + RoomScene::delay("2002-10-13T23:58:37Z", "e.test"))) ==
              "said:mallory:d");
    }
}

TEST_CASE("room: the subject, and what looks like one (section 8.1)") {
    InRoom scene;
    CHECK(scene.told(RoomScene::groupchat("juliet", "<subject>Fire</subject>")) ==
          "subject:juliet:Fire");
    CHECK(scene.room->subject() == "Fire");
    CHECK(scene.told(RoomScene::groupchat("juliet", "<subject>x</subject><body>y</body>")) ==
          "said:juliet:y");
    CHECK(scene.told(RoomScene::groupchat("juliet", "<subject>x</subject><thread>t</thread>")) ==
          "said:juliet:");
    CHECK(scene.room->subject() == "Fire");
    CHECK(scene.told(RoomScene::groupchat("", "<subject/>")) == "subject::");
    CHECK(scene.room->subject().empty());
    const auto sent = scene.room->set_subject("Mine");
    CHECK(scene.told(error_of(sent.id, "forbidden")) == "lost::forbidden");
}

TEST_CASE("room: private messages are none of the room's (section 7.5)") {
    InRoom scene;
    for (const auto* type : {" type='chat'", ""}) {
        CHECK(scene.told("<message from='coven@chat.e.test/juliet'" + std::string{type} +
                         "><body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/>"
                         "</message>") == "private:juliet:psst");
    }
    CHECK(scene.told("<message type='chat' from='coven@chat.e.test'><body>x</body></message>")
              .empty());
    CHECK(scene
              .told("<message type='headline' from='coven@chat.e.test/juliet'><body>x</body>"
                    "</message>")
              .empty());
    CHECK(scene
              .told("<message from='coven@chat.e.test/juliet'>"
                    "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b'/></x>"
                    "</message>")
              .empty());
    const auto sent = scene.room->say_privately("nobody", "psst");
    CHECK(scene.told(error_of(sent.id, "item-not-found", "coven@chat.e.test/nobody")) ==
          "lost:psst:item-not-found");
}

TEST_CASE("room: answers go where the event says") {
    struct Answers {
        void heard(const headstock::RoomMessage& event) { event.reply("to all"); }
        void whispered(const headstock::RoomPrivateMessage& event) { event.reply("to you"); }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on_event<&Answers::heard>(),
                                       headstock::on_event<&Answers::whispered>());
        }
    };
    InRoom scene;
    Answers answers;
    scene.client->register_handler(answers);
    scene.says(InRoom::of("juliet", "x"));
    CHECK(scene.take().find("<message to='coven@chat.e.test' type='groupchat'") == 0);
    scene.says("<message type='chat' from='coven@chat.e.test/juliet'><body>x</body></message>");
    CHECK(scene.take().find("<message to='coven@chat.e.test/juliet' type='chat'") == 0);
}

TEST_CASE("room: what the room refuses is told, once, and only under an id of ours") {
    InRoom scene;
    const auto sent = scene.room->say("x");
    CHECK(scene
              .told("<message type='error' from='coven@chat.e.test' id='other'>" +
                    std::string{refusal} + "</message>")
              .empty());
    CHECK(scene
              .told("<message type='error' from='evil@e.test' id='" + sent.id + "'>" +
                    std::string{refusal} + "</message>")
              .empty());
    CHECK(scene
              .told("<message type='error' from='coven@chat.e.test'>" + std::string{refusal} +
                    "</message>")
              .empty());
    CHECK(scene.told(error_of(sent.id, "forbidden")) == "lost:x:forbidden");
    CHECK(scene.told(error_of(sent.id, "forbidden")).empty());
}

TEST_CASE("room: not-acceptable may mean that we are not in: asked, and said again then") {
    InRoom scene;
    const auto one = scene.room->say("one");
    const auto two = scene.room->say("two");
    scene.take();
    CHECK(scene.told(error_of(one.id, "not-acceptable")).empty());
    const auto ping = scene.take();
    CHECK(ping.find("to='coven@chat.e.test/romeo'") != std::string::npos);
    CHECK(scene.told(error_of(two.id, "not-acceptable")).empty());
    const auto id = support::last_attribute(scene.take(), "id");
    SUBCASE("we are in: it was refused") {
        CHECK(scene.told("<iq type='result' from='coven@chat.e.test/romeo' id='" + id + "'/>") ==
              "lost:one:not-acceptable lost:two:not-acceptable");
    }
    SUBCASE("nobody knows: it was refused") {
        scene.pass(30'000);
        CHECK(scene.notes.take() == "unsure lost:one:not-acceptable lost:two:not-acceptable");
    }
    SUBCASE("we are not: it is said once we are") {
        CHECK(scene.told("<iq type='error' from='coven@chat.e.test/romeo' id='" + id +
                         "'><error type='cancel'><not-acceptable "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>") ==
              "left:not_joined:5000");
        CHECK(scene.room->say("three"));
        scene.pass(5'000);
        scene.take();
        CHECK(scene.told(RoomScene::present("romeo", "110")) == "joined:romeo:again");
        const auto said = scene.take();
        CHECK(said.find("one") < said.find("two"));
        CHECK(said.find("two") < said.find("three"));
        CHECK(said.find("three") != std::string::npos);
        CHECK(scene.told(error_of(one.id, "not-acceptable")) == "lost:one:not-acceptable");
    }
}

TEST_CASE("room: refused, and nobody can be asked whether we are in: it is told") {
    auto options = support::coming_back();
    options.limits.unacked = 4000;
    RoomScene scene{{}, options};
    scene.be_in();
    const auto said = scene.room->say("x");
    while (scene.client->send_stanza(headstock::message("a@x", "y"))) scene.take();
    CHECK(scene.told(error_of(said.id, "not-acceptable")) == "lost:x:not-acceptable");
}

TEST_CASE("room: nothing is heard of a room that we are not in, or not any more") {
    RoomScene scene;
    CHECK(scene.told(InRoom::of("juliet", "early")).empty());
    scene.be_in();
    CHECK(scene
              .told("<message type='groupchat' from='coven2@chat.e.test/juliet'><body>x</body>"
                    "</message>")
              .empty());
    scene.says(RoomScene::absent("romeo", "110 307"));
    scene.notes.take();
    CHECK(scene.told(InRoom::of("juliet", "late")).empty());
}

TEST_CASE("room: it is configured anew, and asked what it announces now (section 10.2.1)") {
    InRoom scene{""};
    const std::string change = "<x xmlns='http://jabber.org/protocol/muc#user'>"
                               "<status code='104'/><status code='172'/></x>";
    CHECK(scene.told(RoomScene::groupchat("", change)) == "room:104:172");
    CHECK(scene.take().find("disco#info") != std::string::npos);
    CHECK(scene.told(RoomScene::groupchat("mallory", change)) == "said:mallory:");
    CHECK(scene.told(RoomScene::groupchat("", change + RoomScene::body("new rules"))) ==
          "said::new rules");
}

TEST_CASE("room: no occupant says that a message to the room was refused") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.room->say("a"));
    const auto id = support::id_beside(scene.take(), "type='groupchat'");
    REQUIRE_FALSE(id.empty());
    const auto error = [&](const std::string& from) {
        return "<message type='error' from='" + from + "' id='" + id +
               "'><error type='cancel'><forbidden "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    };
    CHECK(scene.told(error("coven@chat.e.test/mallory")).empty());
    CHECK(scene.told(error("coven@chat.e.test")).starts_with("lost:a"));
}

TEST_CASE("room: what is forgotten before it came back is told, soon after and once") {
    InRoom scene;
    CHECK(scene.room->say_privately("juliet", "never comes back"));
    for (std::size_t i = 0; i < MucRoom::most_waiting; ++i)
        REQUIRE(scene.room->say(std::to_string(i)));
    CHECK(scene.notes.take().empty());
    CHECK(scene.room->say("one more"));
    CHECK(scene.room->say("and another"));
    CHECK(scene.notes.take().empty()); // not inside say()
    const std::string unanswered = headstock::Error{headstock::Errc::unanswered, ""}.code.message();
    scene.pass(1);
    CHECK(scene.notes.take() == "lost:0:" + unanswered + " lost:1:" + unanswered);
    scene.pass(10);
    CHECK(scene.notes.take().empty());
    CHECK(scene.room->say("the third"));
    scene.client->stop(); // before it was told
    scene.says("</stream:stream>");
    scene.client->disconnected({});
    CHECK(scene.notes.take().find("lost:2:" + unanswered) != std::string::npos);
}

TEST_CASE("room: what waited and goes out puts nothing out of mind in silence") {
    InRoom scene;
    for (std::size_t i = 0; i < MucRoom::most_waiting; ++i) REQUIRE(scene.room->say("old"));
    scene.says(RoomScene::absent("romeo", "110 332"));
    CHECK(scene.room->say("new 1"));
    CHECK(scene.room->say("new 2"));
    scene.notes.take();
    scene.pass(5'000);
    scene.take();
    const auto told = scene.told(RoomScene::present("romeo", "110"));
    CHECK(told.find("joined:romeo:again lost:old:") == 0);
    std::size_t lost = 0;
    for (auto at = told.find("lost:old:"); at != told.npos; at = told.find("lost:old:", at + 1))
        ++lost;
    CHECK(lost == 2);
}
