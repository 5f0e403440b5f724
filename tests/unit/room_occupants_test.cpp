// XEP-0045 7.2.2, 7.6, 7.7, 8, 9: who is in a room; XEP-0421.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::Affiliation, headstock::Occupant, headstock::Role, headstock::RoomOccupants;
using support::RoomScene;

namespace {

struct InRoom : RoomScene {
    explicit InRoom(std::string_view features = "urn:xmpp:occupant-id:0") { be_in(features); }
};

const std::string with_id = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>";

} // namespace

TEST_CASE("room: an occupant with all that is known of them") {
    InRoom scene;
    CHECK(scene.told(RoomScene::present(
              "nurse", "", "<show>dnd</show><status>busy</status>" + with_id,
              "affiliation='admin' role='moderator' jid='nurse@e.test/pda'")) == "came:nurse");
    const auto nurse = scene.room->occupant("nurse");
    REQUIRE(nurse);
    CHECK(nurse->nick == "nurse");
    CHECK(nurse->role == Role::moderator);
    CHECK(nurse->affiliation == Affiliation::admin);
    CHECK(nurse->jid == headstock::Jid{"nurse@e.test/pda"});
    CHECK(nurse->id == "o1");
    CHECK(nurse->show == headstock::Show::dnd);
    CHECK(nurse->status == "busy");
    CHECK(scene.room->occupants().size() == 3);
    CHECK_FALSE(scene.room->occupant("nobody"));
}

TEST_CASE("room: occupant ids are shown once the room announces them, also of before") {
    RoomScene scene;
    scene.says(RoomScene::present("nurse", "", with_id) + RoomScene::present("romeo", "110"));
    CHECK(scene.room->occupant("nurse")->id.empty());
    scene.says(scene.features("urn:xmpp:occupant-id:0"));
    CHECK(scene.room->occupant("nurse")->id == "o1");
    InRoom plain{"urn:xmpp:sid:0"};
    plain.says(RoomScene::present("nurse", "", with_id));
    CHECK(plain.room->occupant("nurse")->id.empty());
}

TEST_CASE("room: occupants change, and go for a reason") {
    InRoom scene;
    CHECK(scene.told(RoomScene::present("juliet", "", "<status>x</status>")) ==
          "changed:juliet:participant:x");
    CHECK(scene.told(RoomScene::present("juliet", "", "<status>x</status>")).empty());
    CHECK(scene.told(RoomScene::present("juliet", "", "", "affiliation='none' role='visitor'")) ==
          "changed:juliet:visitor:");
    CHECK(
        scene.told(RoomScene::present("romeo", "110", "", "affiliation='none' role='moderator'")) ==
        "changed:romeo:moderator:");
    CHECK(scene.told(RoomScene::absent("juliet")) == "gone:juliet:asked");
    scene.says(RoomScene::present("juliet"));
    scene.notes.take();
    CHECK(scene.told(
              RoomScene::absent("juliet", "307", "<actor nick='romeo'/><reason>out</reason>")) ==
          "gone:juliet:kicked:by=romeo:out");
    CHECK(scene.told(RoomScene::absent("ghost", "301")) == "gone:ghost:banned");
    CHECK(scene.room->occupant_count() == 1);
}

TEST_CASE("room: another nick, of others and of ours (section 7.6)") {
    InRoom scene;
    const auto rename = [](const char* before, const char* after, const char* codes) {
        return "<presence type='unavailable' from='coven@chat.e.test/" + std::string{before} +
               "'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' "
               "role='participant' nick='" +
               after + "'/>" + RoomScene::statuses(codes) + "</x></presence>";
    };
    CHECK(scene.told(rename("juliet", "capulet", "303") + RoomScene::present("capulet")) ==
          "renamed:juliet>capulet");
    CHECK(scene.room->change_nick("montague"));
    const auto sent = scene.take();
    CHECK(sent.find("to='coven@chat.e.test/montague'") != std::string::npos);
    CHECK(sent.find("muc'") == std::string::npos); // no second entry
    SUBCASE("we have it") {
        CHECK(scene.told(rename("romeo", "montague", "110 303") +
                         RoomScene::present("montague", "110")) == "renamed:romeo>montague:ours");
        CHECK(scene.room->nick() == "montague");
        CHECK(scene.room->occupant_count() == 2);
        scene.says(RoomScene::absent("montague", "110 332"));
        scene.pass(5'000);
        CHECK(scene.take().find("to='coven@chat.e.test/montague'") != std::string::npos);
    }
    SUBCASE("somebody else has it") {
        CHECK(scene.told(RoomScene::presence_error("conflict", support::last_attribute(sent, "id"),
                                                   "cancel", "montague")) ==
              "no_nick:montague:nick_conflict");
        CHECK(scene.room->joined());
        CHECK(scene.room->nick() == "romeo");
    }
    SUBCASE("nicks are locked") {
        CHECK(scene.told(RoomScene::presence_error("not-acceptable")) ==
              "no_nick:montague:nick_not_allowed");
    }
    SUBCASE("a rename to what is no nick is passed over") {
        CHECK(scene.told(rename("capulet", "&#9;", "303")).empty());
    }
    CHECK_FALSE(scene.room->change_nick(""));
}

TEST_CASE("room: another nick before we are in is the one that is asked for") {
    RoomScene scene{{.enter = headstock::RoomOptions::Enter::when_told}};
    CHECK(scene.room->change_nick("montague"));
    CHECK(scene.room->join());
    CHECK(scene.take().find("to='coven@chat.e.test/montague'") != std::string::npos);
}

TEST_CASE("room: another show and status (section 7.7)") {
    InRoom scene;
    CHECK(scene.room->show({.show = headstock::Show::xa, .status = "gone"}));
    CHECK(scene.take() == "<presence to='coven@chat.e.test/romeo'><show>xa</show>"
                          "<status>gone</status></presence>");
}

TEST_CASE("room: presence of the room itself, or of another one, is no occupant's") {
    InRoom scene;
    const std::string x = "><x xmlns='http://jabber.org/protocol/muc#user'><item role='none'/>"
                          "<status code='110'/></x></presence>";
    CHECK(scene.told("<presence from='coven@chat.e.test'" + x).empty());
    CHECK(scene.told("<presence from='coven2@chat.e.test/nurse'" + x).empty());
    CHECK(scene.told("<presence type='unavailable' from='coven@chat.e.test'" + x).empty());
    CHECK(scene.told("<presence type='subscribe' from='coven@chat.e.test/nurse'" + x).empty());
    CHECK(scene.room->joined());
    CHECK(scene.room->occupant_count() == 2);
}

TEST_CASE("room: an error of ours that says that nobody is there: we are not in") {
    InRoom scene;
    CHECK(scene.told(RoomScene::presence_error("remote-server-not-found", "", "cancel", "juliet"))
              .empty());
    CHECK(scene.told(RoomScene::presence_error("bad-request")).empty());
    CHECK(scene.told(RoomScene::presence_error("remote-server-not-found")) ==
          "left:not_joined:5000");
}

TEST_CASE("room: occupants and their texts are bounded") {
    RoomOccupants occupants;
    for (std::size_t i = 0; i < RoomOccupants::most + 10; ++i)
        occupants.set({.nick = std::to_string(i)});
    CHECK(occupants.size() == RoomOccupants::most);
    occupants.clear();
    CHECK(occupants.size() == 0);
    const std::string large(RoomOccupants::most_text / 2, 'x');
    occupants.set({.nick = "a", .status = large});
    occupants.set({.nick = "b", .status = large});
    CHECK(occupants.size() == 1);
    CHECK(occupants.set({.nick = "a", .status = "small"})->status == large);
    occupants.set({.nick = "b", .status = large});
    CHECK(occupants.size() == 2);
    CHECK(occupants.remove("a")->status == "small");
    CHECK_FALSE(occupants.remove("a"));
}

TEST_CASE("room: the last thousand messages are known") {
    headstock::RoomSeen seen;
    CHECK(seen.is_new("a"));
    CHECK_FALSE(seen.is_new("a"));
    CHECK(seen.is_new(""));
    CHECK(seen.is_new(""));
    const std::string large(headstock::RoomSeen::longest + 1, 'x');
    CHECK(seen.is_new(large));
    CHECK(seen.is_new(large));
    for (std::size_t i = 0; i < headstock::RoomSeen::most; ++i) seen.is_new(std::to_string(i));
    CHECK(seen.is_new("a"));
    CHECK_FALSE(seen.is_new("999"));
}
