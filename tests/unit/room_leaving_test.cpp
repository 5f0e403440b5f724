// XEP-0045 7.14, 8.2, 9, 10.9, 11: out of a room.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <utility>

using headstock::MucRoom, headstock::RoomOptions;
using support::RoomScene;
using Rejoin = RoomOptions::Rejoin;
using State = MucRoom::State;

TEST_CASE("room: left when asked, and told by the room (section 7.14)") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.room->leave("gone where the goblins go"));
    CHECK(scene.take() == "<presence type='unavailable' to='coven@chat.e.test/romeo'>"
                          "<status>gone where the goblins go</status></presence>");
    CHECK(scene.room->state() == State::leaving);
    CHECK_FALSE(scene.room->say("too late"));
    CHECK(scene.told(RoomScene::absent("romeo", "110")) == "left:asked");
    CHECK(scene.room->state() == State::outside);
    CHECK(scene.room->occupant_count() == 0);
    scene.pass(3'600'000);
    CHECK(scene.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: left while joining, without an answer, and into it again") {
    RoomScene scene;
    CHECK(scene.room->leave());
    CHECK(scene.take().find("type='unavailable'") != std::string::npos);
    CHECK(scene.told(RoomScene::present("romeo", "110")).empty());
    SUBCASE("no answer") {
        scene.pass(30'000);
        CHECK(scene.notes.take() == "left:asked");
    }
    SUBCASE("join() meanwhile") {
        CHECK(scene.room->join());
        CHECK(scene.take().empty());
        CHECK(scene.told(RoomScene::absent("romeo", "110")) == "left:asked");
        CHECK(scene.take().find("<x xmlns='http://jabber.org/protocol/muc'/>") !=
              std::string::npos);
    }
    SUBCASE("an error is a goodbye too") {
        CHECK(scene.told(RoomScene::presence_error("item-not-found")) == "left:asked");
    }
}

TEST_CASE("room: left under a nick that the room has assigned") {
    RoomScene scene;
    SUBCASE("before we know of it") { CHECK(scene.room->leave()); }
    CHECK(scene.told(RoomScene::present("romeo-1", "110 210")).empty());
    CHECK(scene.room->leave());
    CHECK(scene.told(RoomScene::absent("juliet")).empty());
    CHECK(scene.told(RoomScene::absent("romeo-1", "110")) == "left:asked");
}

TEST_CASE("room: put out, each with its reason (sections 8.2, 9.1, 9.4, 10.9, 11)") {
    using Row = std::tuple<std::string, const char*, bool>;
    const std::string why = "<actor nick='Fluellen'/><reason>Avaunt</reason>";
    for (const auto& [stanza, told, back] : {
             Row{RoomScene::absent("romeo", "110 307", why), "left:kicked:by=Fluellen:Avaunt",
                 false},
             Row{RoomScene::absent("romeo", "301", "<actor jid='a@b'/>"), "left:banned:by=a@b",
                 false},
             Row{RoomScene::absent("romeo", "110 321"), "left:affiliation_lost", false},
             Row{RoomScene::absent("romeo", "110 322"), "left:members_only", false},
             Row{RoomScene::absent("romeo", "110 332"), "left:shutting_down:5000", true},
             Row{RoomScene::absent("romeo", "110 333"), "left:problem:5000", true},
             Row{RoomScene::absent("romeo", "110 307 333"), "left:problem:5000", true},
             Row{RoomScene::absent("romeo", "110"), "left:problem:5000", true},
         }) {
        const std::string row{told};
        CAPTURE(row);
        RoomScene scene;
        scene.be_in();
        CHECK(scene.told(stanza) == told);
        CHECK(scene.room->occupant_count() == 0);
        CHECK(scene.told(RoomScene::groupchat("juliet", RoomScene::body("hi"))).empty());
        scene.pass(5'000);
        CHECK((scene.take().find("<presence") != std::string::npos) == back);
    }
}

TEST_CASE("room: destroyed, with another venue (section 10.9)") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.told("<presence type='unavailable' from='coven@chat.e.test/romeo'>"
                     "<x xmlns='http://jabber.org/protocol/muc#user'>"
                     "<item affiliation='none' role='none'/><destroy jid='heath@chat.e.test'>"
                     "<reason>Macbeth</reason><password>x</password></destroy></x></presence>") ==
          "left:destroyed:Macbeth:heath@chat.e.test:x");
    scene.pass(3'600'000);
    CHECK(scene.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: back after a kick where that is wanted, and where nothing is, never") {
    RoomScene scene{{.rejoin = Rejoin::when_kicked_too}};
    scene.be_in();
    CHECK(scene.told(RoomScene::absent("romeo", "110 307")) == "left:kicked:5000");
    scene.pass(5'000);
    const auto sent = scene.take();
    CHECK(sent.find("<presence") != std::string::npos);
    CHECK(scene.told(RoomScene::presence_error(
              "conflict", support::id_beside(sent, "coven@chat.e.test/romeo'"))) ==
          "refused:nick_conflict:10000");
    RoomScene other{{.rejoin = Rejoin::never}};
    other.be_in();
    CHECK(other.told(RoomScene::absent("romeo", "110 332")) == "left:shutting_down");
    other.pass(3'600'000);
    CHECK(other.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: put out while coming in") {
    using Row = std::pair<const char*, const char*>;
    for (const auto& [codes, told] :
         {Row{"110 301", "refused:banned"}, Row{"110 322", "refused:members_only"},
          Row{"110 307 333", "refused:no_service:5000"}}) {
        RoomScene scene;
        CHECK(scene.told(RoomScene::absent("romeo", codes)) == told);
    }
    RoomScene scene; // another client of ours, or who had the nick before
    CHECK(scene.told(RoomScene::absent("romeo")).empty());
    CHECK(scene.room->state() == State::joining);
}

TEST_CASE("room: what was said is told of when the session ends while we leave") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.room->say("a"));
    CHECK(scene.room->leave());
    scene.take();
    scene.notes.take();
    scene.answer_resume("<failed xmlns='urn:xmpp:sm:3'><item-not-found "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    scene.lose();
    scene.come_back();
    CHECK(scene.notes.take().find("lost:a") != std::string::npos);
}

TEST_CASE("room: what was said is told of when the room does not let us in again") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.room->say("a"));
    scene.take();
    scene.says(RoomScene::absent("romeo", "110 332"));
    scene.notes.take();
    scene.pass(5'000);
    scene.take();
    const auto told = scene.told(RoomScene::presence_error("registration-required"));
    CHECK(told.find("lost:a") != std::string::npos);
}
