// XEP-0045 7.2: into a room.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

using headstock::MucHistory, headstock::MucRoom, headstock::RoomOptions;
using support::RoomScene;
using namespace std::chrono_literals;
using State = MucRoom::State;

namespace {

std::string presence_of(const std::string& sent) {
    const auto at = sent.find("<presence");
    return at == sent.npos ? "" : sent.substr(at, sent.find("</presence>", at) + 11 - at);
}

std::string without_ids(std::string xml) {
    for (auto at = xml.find(" id='"); at != xml.npos; at = xml.find(" id='"))
        xml.erase(at, xml.find('\'', at + 5) + 1 - at);
    return xml;
}

std::string entry(RoomOptions options) {
    return without_ids(presence_of(RoomScene{std::move(options)}.asked));
}

} // namespace

TEST_CASE("room: it is asked what it announces, then entered") {
    RoomScene scene;
    CHECK(scene.asked.find("disco#info") < scene.asked.find("<presence"));
    CHECK(without_ids(presence_of(scene.asked)) ==
          "<presence to='coven@chat.e.test/romeo'>"
          "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
    CHECK(scene.room->state() == State::joining);
    CHECK_FALSE(scene.room->joined());
}

TEST_CASE("room: with a password, so much history, a show and more") {
    CHECK(entry({.password = "cauldronburn"}).find("<password>cauldronburn</password>") !=
          std::string::npos);
    CHECK(entry({.history = MucHistory{.maxstanzas = 20}}).find("<history maxstanzas='20'/>") !=
          std::string::npos);
    CHECK(entry({.history = MucHistory{.seconds = 180}}).find("<history seconds='180'/>") !=
          std::string::npos);
    CHECK(entry({.history = MucHistory{.since = headstock::DateTime{}}})
              .find("<history since='1970-01-01T00:00:00Z'/>") != std::string::npos);
    CHECK(entry({.history = MucHistory::none()}).find("<history maxchars='0' maxstanzas='0'/>") !=
          std::string::npos);
    RoomOptions options;
    options.shown = {.show = headstock::Show::away, .status = "brewing"};
    options.presence.emplace_back("c", headstock::ns::capabilities);
    CHECK(entry(options) ==
          "<presence to='coven@chat.e.test/romeo'><x xmlns='http://jabber.org/protocol/muc'/>"
          "<show>away</show><status>brewing</status>"
          "<c xmlns='http://jabber.org/protocol/caps'/></presence>");
}

TEST_CASE("room: an address or a nick that is none is a mistake") {
    CHECK_THROWS_AS(MucRoom("@", "romeo"), std::invalid_argument);
    CHECK_THROWS_AS(MucRoom("coven@chat.e.test/x", "romeo"), std::invalid_argument);
    CHECK_THROWS_AS(MucRoom("coven@chat.e.test", ""), std::invalid_argument);
    CHECK_THROWS_AS(MucRoom("coven@chat.e.test", "romeo", {.other_nicks = {""}}),
                    std::invalid_argument);
}

TEST_CASE("room: text that XML cannot carry is refused at once, and changes nothing") {
    const std::string bad{'\1'};
    CHECK_THROWS_AS(MucRoom("coven@chat.e.test", "romeo", {.password = bad}), bridge::Invalid);
    CHECK_THROWS_AS(MucRoom("coven@chat.e.test", "romeo", {.shown = {.status = bad}}),
                    bridge::Invalid);
    RoomScene scene;
    scene.be_in();
    CHECK_THROWS_AS((void)scene.room->show({.status = bad}), bridge::Invalid);
    CHECK_THROWS_AS((void)scene.room->leave(bad), bridge::Invalid);
    CHECK(scene.room->joined());
    CHECK(scene.take().empty());
    CHECK(scene.room->say("still here"));
}

TEST_CASE("room: in by self-presence, behind the presence of those who were there") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::present("juliet")).empty());
    CHECK(scene.room->state() == State::joining);
    CHECK(scene.told(RoomScene::present("romeo", "100 110 170")) == "joined:romeo:seen:logged");
    CHECK(scene.room->joined());
    CHECK(scene.room->occupant_count() == 2);
    CHECK(scene.told(RoomScene::present("nurse")) == "came:nurse");
}

TEST_CASE("room: another nick by the room's choice is ours (code 210)") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::present("romeo-1", "110 210")).empty()); // anybody may say so
    CHECK(scene.told(RoomScene::groupchat({}, "<subject>love</subject>")) ==
          "joined:romeo-1 subject::love:history");
    CHECK(scene.room->nick() == "romeo-1");
    RoomScene by_id; // the room sends the id of our presence back
    auto presence = RoomScene::present("romeo-1", "110 210");
    presence.insert(9, " id='" + support::id_beside(by_id.asked, "/romeo'") + "'");
    CHECK(by_id.told(presence) == "joined:romeo-1");
    RoomScene silent; // a room that has no subject
    CHECK(silent.told(RoomScene::present("romeo-1", "110 210")).empty());
    silent.pass(30'000);
    CHECK(silent.notes.take() == "joined:romeo-1");
}

TEST_CASE("room: who says code 110 of their own presence is not us") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::present("eve", "110 210") + RoomScene::present("romeo", "110")) ==
          "joined:romeo");
    CHECK(scene.room->nick() == "romeo");
    CHECK(scene.told(RoomScene::present("mallory", "110 210")) == "came:mallory");
    CHECK(scene.told(RoomScene::groupchat("mallory", "<body>I am romeo</body>")) ==
          "said:mallory:I am romeo");
    CHECK(scene.room->nick() == "romeo");
    CHECK(scene.told("<presence type='unavailable' from='coven@chat.e.test/mallory'><x "
                     "xmlns='http://jabber.org/protocol/muc#user'><item nick='other'/>"
                     "<status code='110'/><status code='303'/></x></presence>") ==
          "renamed:mallory>other");
    CHECK(scene.room->nick() == "romeo");
    CHECK(scene.told(RoomScene::absent("other", "110 301")) == "gone:other:banned");
    CHECK(scene.room->joined());
    RoomScene given; // of several the last: our own presence is the last of all
    CHECK(given
              .told(RoomScene::present("eve", "110 210") + RoomScene::present("romeo-1", "110") +
                    RoomScene::absent("eve", "110"))
              .empty());
    CHECK(given.told(RoomScene::groupchat({}, "<subject>love</subject>")) ==
          "joined:romeo-1 subject::love:history");
    RoomScene gone; // one that goes again was not us
    CHECK(gone.told(RoomScene::present("eve", "110") + RoomScene::absent("eve", "110")).empty());
    CHECK(gone.told(RoomScene::groupchat({}, "<subject>love</subject>")).empty());
    CHECK(gone.room->state() == State::joining);
}

TEST_CASE("room: a nick is compared as the room says it") {
    headstock::MucRoom room{RoomScene::room_jid, "rome\xCC\x81"
                                                 "o"};
    CHECK(room.nick() == "rom\xC3\xA9"
                         "o");
}

TEST_CASE("room: a presence under our nick that is not ours is another client's") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::present("romeo")).empty());
    CHECK(scene.room->state() == State::joining);
}

TEST_CASE("room: who has no muc#user data is no occupant (groupchat 1.0)") {
    RoomScene scene;
    CHECK(scene.told("<presence from='coven@chat.e.test/romeo'/>").empty());
    CHECK(scene.room->state() == State::joining);
    CHECK(scene.room->occupant_count() == 0);
}

TEST_CASE("room: a new one is opened, unless the program configures it (section 10.1)") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::present("romeo", "110 201")) == "joined:romeo:created");
    const auto sent = scene.take();
    CHECK(sent.find("<query xmlns='http://jabber.org/protocol/muc#owner'>"
                    "<x xmlns='jabber:x:data' type='submit'/></query>") != std::string::npos);
    const auto id = support::id_beside(sent, "type='set'");
    CHECK(scene.told("<iq type='error' from='coven@chat.e.test' id='" + id +
                     "'><error type='auth'><forbidden "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>") == "locked");
    RoomScene other{{.configure_new = true}};
    CHECK(other.told(RoomScene::present("romeo", "110 201")) == "joined:romeo:created");
    CHECK(other.take().find("muc#owner") == std::string::npos);
}

TEST_CASE("room: refusals, each with its reason, and whether it is tried again (section 7.2.17)") {
    using Row = std::tuple<const char*, const char*, const char*>;
    for (const auto& [condition, type, told] : {
             Row{"not-authorized", "auth", "refused:password"},
             Row{"forbidden", "auth", "refused:banned"},
             Row{"item-not-found", "cancel", "refused:no_such_room:5000"},
             Row{"gone", "cancel", "refused:no_such_room"},
             Row{"not-allowed", "cancel", "refused:may_not_create"},
             Row{"not-acceptable", "cancel", "refused:nick_not_allowed"},
             Row{"jid-malformed", "modify", "refused:nick_not_allowed"},
             Row{"registration-required", "auth", "refused:members_only"},
             Row{"conflict", "cancel", "refused:nick_conflict"},
             Row{"service-unavailable", "wait", "refused:full:5000"},
             Row{"resource-constraint", "wait", "refused:full:5000"},
             Row{"service-unavailable", "cancel", "refused:no_service:5000"},
             Row{"remote-server-not-found", "cancel", "refused:no_service:5000"},
             Row{"remote-server-timeout", "wait", "refused:no_service:5000"},
             Row{"recipient-unavailable", "wait", "refused:no_service:5000"},
             Row{"bad-request", "modify", "refused:other"},
         }) {
        const std::string row{condition};
        CAPTURE(row);
        RoomScene scene;
        CHECK(scene.told(RoomScene::presence_error(condition, scene.join_id(), type)) == told);
        CHECK(scene.room->state() == State::outside);
        scene.take();
        scene.pass(5'000);
        CHECK((scene.take().find("<presence") != std::string::npos) ==
              (std::string{told}.find(":5000") != std::string::npos));
    }
}

TEST_CASE("room: an error without an id, or of the bare room, is about what is under way") {
    RoomScene scene;
    CHECK(scene.told("<presence type='error' from='coven@chat.e.test'><error type='modify'>"
                     "<jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                     "</presence>") == "refused:nick_not_allowed");
    RoomScene other;
    CHECK(other.told(RoomScene::presence_error("forbidden")) == "refused:banned");
}

TEST_CASE("room: an error about something else is no refusal") {
    RoomScene scene;
    CHECK(scene.told(RoomScene::presence_error("forbidden", "another")).empty());
    CHECK(scene.room->state() == State::joining);
    CHECK(scene
              .told("<presence type='error' from='chat.e.test'><error type='auth'><forbidden "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")
              .empty());
    CHECK(scene
              .told("<presence type='error' from='coven@chat2.e.test/romeo'><error type='auth'>"
                    "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")
              .empty());
}

TEST_CASE("room: of several nicks the first that is free") {
    RoomScene scene{{.other_nicks = {"romeo_", "montague"}}};
    CHECK(scene.told(RoomScene::presence_error("conflict", scene.join_id())).empty());
    auto sent = scene.take();
    CHECK(sent.find("to='coven@chat.e.test/romeo_'") != std::string::npos);
    CHECK(sent.find("disco#info") == std::string::npos); // it was asked already
    CHECK(
        scene.told(RoomScene::presence_error("not-acceptable", support::id_beside(sent, "romeo_'")))
            .empty());
    sent = scene.take();
    CHECK(sent.find("to='coven@chat.e.test/montague'") != std::string::npos);
    SUBCASE("the last one is") {
        CHECK(scene.told(RoomScene::present("montague", "110")) == "joined:montague");
    }
    SUBCASE("none is") {
        const auto id = support::id_beside(sent, "montague'");
        CHECK(scene.told(RoomScene::presence_error("conflict", id)) == "refused:nick_conflict");
        CHECK(scene.room->join());
        CHECK(scene.take().find("to='coven@chat.e.test/romeo'") != std::string::npos);
    }
}

TEST_CASE("room: no answer within the deadline, and one that comes too late") {
    RoomScene scene;
    scene.pass(29'999);
    CHECK(scene.notes.take().empty());
    scene.pass(1);
    CHECK(scene.notes.take() == "refused:timed_out:5000");
    scene.take();
    SUBCASE("it is tried again, after longer and longer pauses") {
        scene.pass(5'000);
        CHECK(scene.take().find("<presence") != std::string::npos);
        scene.pass(30'000);
        CHECK(scene.notes.take() == "refused:timed_out:10000");
        for (int i = 0; i < 8; ++i) {
            scene.pass(600'000);
            scene.pass(30'000);
        }
        CHECK(scene.notes.take().find("refused:timed_out:300000") != std::string::npos);
    }
    SUBCASE("self-presence after it: entered anew, to hear who is there") {
        CHECK(scene.told(RoomScene::present("romeo", "110")).empty());
        CHECK(scene.take().find("<x xmlns='http://jabber.org/protocol/muc'/>") !=
              std::string::npos);
        CHECK(scene.told(RoomScene::present("juliet") + RoomScene::present("romeo", "110")) ==
              "joined:romeo");
        CHECK(scene.room->occupant_count() == 2);
    }
    SUBCASE("self-presence when it is not wanted any more: left again") {
        CHECK(scene.room->leave());
        scene.take();
        CHECK(scene.told(RoomScene::present("romeo", "110")).empty());
        CHECK(scene.take() == "<presence type='unavailable' to='coven@chat.e.test/romeo'/>");
    }
}

TEST_CASE("room: when told, and not before") {
    RoomScene scene{{.enter = RoomOptions::Enter::when_told}};
    CHECK(scene.asked.empty());
    CHECK(scene.room->state() == State::outside);
    CHECK_FALSE(scene.room->say("too early"));
    CHECK(scene.room->join());
    CHECK(scene.take().find("<presence") != std::string::npos);
    CHECK(scene.room->join()); // under way already
    CHECK(scene.take().empty());
}
