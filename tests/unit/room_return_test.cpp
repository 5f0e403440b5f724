// XEP-0410, and coming back: still in?, resumed, in a new session.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

using headstock::MucRoom, headstock::RoomOptions;
using support::InRoom, support::RoomScene, support::not_resumed, support::resumed;
using namespace std::chrono_literals;

TEST_CASE("room: pinged after silence, and not while something comes (XEP-0410 3.2)") {
    InRoom scene;
    for (int i = 0; i < 3; ++i) scene.pass(225'000);
    CHECK(scene.take().find("ping") == std::string::npos);
    scene.says(RoomScene::groupchat("juliet", RoomScene::body("x")));
    for (int i = 0; i < 3; ++i) scene.pass(225'000);
    scene.says(RoomScene::present("nurse"));
    for (int i = 0; i < 3; ++i) scene.pass(225'000);
    CHECK(scene.take().find("ping") == std::string::npos);
    scene.pass(225'000);
    CHECK(scene.take().find("urn:xmpp:ping") != std::string::npos);
    InRoom never{{.quiet = 0ms}};
    never.pass(86'400'000);
    CHECK(never.take().find("urn:xmpp:ping") == std::string::npos);
}

TEST_CASE("room: what the answer to a ping says (XEP-0410 3.2)") {
    using Row = std::pair<const char*, const char*>;
    for (const auto& [condition, told] :
         {Row{"", ""}, Row{"service-unavailable", ""}, Row{"feature-not-implemented", ""},
          Row{"item-not-found", ""}, Row{"remote-server-not-found", "unsure"},
          Row{"remote-server-timeout", "unsure"}, Row{"not-acceptable", "left:not_joined:5000"},
          Row{"not-allowed", "left:not_joined:5000"}, Row{"bad-request", "left:not_joined:5000"}}) {
        const std::string row{condition};
        CAPTURE(row);
        InRoom scene;
        CHECK(scene.room->check());
        CHECK(scene.told(InRoom::answer(scene.take(), condition)) == told);
    }
}

TEST_CASE("room: unsure once, pinged again, and sure again") {
    InRoom scene;
    CHECK(scene.room->check());
    scene.pass(30'000);
    CHECK(scene.notes.take() == "unsure");
    scene.take();
    scene.pass(225'000);
    auto sent = scene.take();
    CHECK(sent.find("urn:xmpp:ping") != std::string::npos);
    scene.pass(30'000);
    CHECK(scene.notes.take().empty());
    scene.pass(225'000);
    sent = scene.take();
    CHECK(scene.told(InRoom::answer(sent)).empty());
    CHECK(scene.room->joined());
    scene.pass(225'000);
    CHECK(scene.take().find("urn:xmpp:ping") == std::string::npos);
}

TEST_CASE("room: not in any more: entered again, and told so") {
    InRoom scene;
    scene.says(InRoom::answer(scene.ping_after_silence(), "not-acceptable"));
    CHECK(scene.notes.take() == "left:not_joined:5000");
    scene.pass(5'000);
    const auto sent = scene.take();
    CHECK(sent.find("<history since='") != std::string::npos);
    CHECK(scene.told(RoomScene::present("romeo", "110")) == "joined:romeo:again");
}

TEST_CASE("room: no ping while the room decides about another nick (XEP-0410 4)") {
    InRoom scene;
    CHECK(scene.room->change_nick("montague"));
    scene.take();
    CHECK(scene.ping_after_silence().find("urn:xmpp:ping") == std::string::npos);
}

TEST_CASE("room: only whom we ping answers for it") {
    InRoom scene;
    CHECK(scene.room->check());
    auto forged = InRoom::answer(scene.take(), "not-acceptable");
    forged.replace(forged.find("/romeo'"), 7, "/mallory'");
    CHECK(scene.told(forged).empty());
    CHECK(scene.room->joined());
}

TEST_CASE("room: after a resumption we are in, and ask, and what was said meanwhile is sent") {
    InRoom scene;
    scene.lose();
    CHECK(scene.room->say("meanwhile"));
    CHECK(scene.room->waiting() == 1);
    CHECK(scene.notes.take().empty());
    scene.answer_resume(resumed);
    scene.come_back();
    const auto sent = scene.take();
    CHECK(sent.find("urn:xmpp:ping") < sent.find("meanwhile"));
    CHECK(sent.find("meanwhile") != std::string::npos);
    CHECK(sent.find("<presence", sent.find("urn:xmpp:ping")) == std::string::npos);
    CHECK(scene.notes.take().empty());
    CHECK(scene.room->joined());
}

TEST_CASE("room: what became due while the connection was lost is done when it is back") {
    InRoom scene;
    scene.answer_resume(resumed);
    scene.says(RoomScene::absent("romeo", "110 332"));
    scene.lose();
    scene.pass(5'000);
    scene.come_back();
    CHECK(scene.take().find("<history since=") != std::string::npos);
    CHECK(scene.room->state() == MucRoom::State::joining);
    InRoom told;
    told.answer_resume(resumed);
    told.says(RoomScene::absent("romeo", "110 307"));
    told.lose();
    CHECK(told.room->join());
    told.come_back();
    CHECK(told.room->state() == MucRoom::State::joining);
    InRoom asking; // nobody can answer meanwhile, so nothing follows from it
    CHECK(asking.room->check());
    asking.lose();
    asking.pass(30'000);
    CHECK(asking.notes.take().empty());
}

TEST_CASE("room: without rejoining a new session enters all the same, after what heals") {
    InRoom scene{{.rejoin = RoomOptions::Rejoin::never}};
    scene.says(RoomScene::absent("romeo", "110 332"));
    scene.pass(600'000);
    CHECK(scene.take().find("<presence") == std::string::npos);
    scene.new_session();
    CHECK(scene.take().find("<presence") != std::string::npos);
}

TEST_CASE("room: an answer from before a resumption says nothing of now") {
    InRoom scene;
    CHECK(scene.room->check());
    const auto old = scene.take();
    scene.lose();
    scene.answer_resume(resumed);
    scene.come_back();
    CHECK(scene.told(InRoom::answer(old, "not-acceptable")).empty());
    CHECK(scene.room->joined());
}

TEST_CASE(
    "room: in a new session entered again, since the last message, and nothing is seen twice") {
    InRoom scene;
    const auto first = RoomScene::body("first") + RoomScene::given_id("s1");
    const auto second = RoomScene::body("second");
    CHECK(scene.told(RoomScene::groupchat("juliet", first, "a") +
                     RoomScene::groupchat("juliet", second, "b")) ==
          "said:juliet:first:id=s1 said:juliet:second");
    scene.new_session();
    CHECK(scene.notes.take() == "left:session_over");
    scene.asked = scene.take();
    CHECK(scene.asked.find("<history since='") != std::string::npos);
    CHECK(scene.told(scene.features("urn:xmpp:sid:0") + RoomScene::present("romeo", "110")) ==
          "joined:romeo:again");
    const auto stamp = RoomScene::delay("2002-10-13T23:58:37Z");
    CHECK(scene.told(
              RoomScene::groupchat("juliet", first + stamp, "a") +
              RoomScene::groupchat("juliet", second + stamp, "b") +
              RoomScene::groupchat("juliet", RoomScene::body("other") + stamp, "b") +
              RoomScene::groupchat("nurse", RoomScene::body("second") + stamp, "b") +
              RoomScene::groupchat(
                  "juliet", RoomScene::body("missed") + RoomScene::given_id("s3") + stamp, "c")) ==
          "said:juliet:other:history said:nurse:second:history said:juliet:missed:history:id=s3");
    CHECK(scene.told(RoomScene::groupchat("", "<subject/>")) == "subject:::history");
}

TEST_CASE("room: what was said and did not come back is told when the history has come") {
    InRoom scene;
    const auto one = scene.room->say("one");
    CHECK(scene.room->say("two"));
    CHECK(scene.room->say_privately("juliet", "three"));
    scene.new_session();
    scene.notes.take();
    scene.says(RoomScene::present("romeo", "110"));
    CHECK(scene.told(RoomScene::groupchat(
              "romeo", RoomScene::body("one") + RoomScene::delay("2026-01-01T00:00:00Z"),
              one.id)) == "joined:romeo:again said:romeo:one:ours:history");
    CHECK(scene.told(RoomScene::groupchat("", "<subject/>"))
              .starts_with("subject:::history lost:two:"));
}

TEST_CASE("room: nothing is wanted of the time in between, or it was left before") {
    InRoom scene{{.missed = false}};
    scene.new_session();
    CHECK(scene.take().find("<history maxchars='0' maxstanzas='0'/>") != std::string::npos);
    InRoom left;
    CHECK(left.room->leave());
    left.take();
    left.new_session();
    CHECK(left.take().find("<presence") == std::string::npos);
    CHECK(left.notes.take() == "left:asked");
    InRoom kicked;
    kicked.says(RoomScene::absent("romeo", "110 307"));
    kicked.new_session();
    CHECK(kicked.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: said while the session is lost, it waits for the room and not for the session") {
    InRoom scene;
    scene.lose();
    CHECK(scene.room->say("meanwhile"));
    scene.answer_resume(not_resumed);
    scene.come_back();
    CHECK(scene.take().find("meanwhile") == std::string::npos);
    scene.says(RoomScene::present("romeo", "110"));
    CHECK(scene.take().find("meanwhile") != std::string::npos);
}

TEST_CASE("room: a session that ends while we come in, and a pause that it cuts short") {
    RoomScene scene;
    scene.answer_resume(not_resumed);
    scene.lose();
    scene.come_back();
    CHECK(scene.notes.take() == "refused:session_over");
    CHECK(scene.take().find("<presence") != std::string::npos);
    InRoom paused;
    paused.says(RoomScene::absent("romeo", "110 332"));
    paused.new_session();
    CHECK(support::count(paused.take(), "<presence") == 1);
    paused.notes.take();
    paused.pass(5'000);
    CHECK(paused.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: the client ends: what did not come back is told") {
    InRoom scene;
    CHECK(scene.room->say("last words"));
    scene.client->stop();
    scene.says("</stream:stream>");
    scene.client->disconnected({});
    CHECK(scene.notes.take().starts_with("left:session_over lost:last words:"));
    CHECK_FALSE(scene.room->say("more"));
}

TEST_CASE("room: our own nick asked for again does not end the watch over us") {
    RoomScene scene;
    scene.be_in();
    CHECK(scene.room->change_nick("romeo"));
    scene.take();
    scene.says(RoomScene::present("romeo", "110"));
    for (int i = 0; i < 5; ++i) scene.pass(225'000);
    CHECK(scene.take().find("urn:xmpp:ping") != std::string::npos);
    // A nick that the room never answers for.
    CHECK(scene.room->change_nick("rome"));
    for (int i = 0; i < 9; ++i) scene.pass(225'000);
    CHECK(scene.take().find("urn:xmpp:ping") != std::string::npos);
}

TEST_CASE("room: a delay in the future does not hide what is missed") {
    RoomScene scene;
    scene.says(scene.features("urn:xmpp:sid:0"));
    scene.says(RoomScene::present("juliet") + RoomScene::present("romeo", "110"));
    scene.says(RoomScene::groupchat("mallory", RoomScene::body("x") +
                                                   RoomScene::delay("2099-01-01T00:00:00Z")));
    scene.says(RoomScene::groupchat({}, "<subject/>"));
    scene.take();
    scene.says(RoomScene::absent("romeo", "110 332"));
    scene.pass(5'000);
    const auto sent = scene.take();
    CHECK(sent.find("since='") != std::string::npos);
    CHECK(sent.find("since='2098") == std::string::npos);
}

TEST_CASE("room: what did not come back is told where no session follows") {
    InRoom scene;
    CHECK(scene.room->say("last words"));
    scene.says("</stream:stream>");
    scene.client->disconnected({});
    CHECK(scene.notes.take() == "left:session_over"); // the next one may have it in its history
    SUBCASE("the client is stopped") { scene.client->stop(); }
    SUBCASE("the room is left") { CHECK(scene.room->leave()); }
    CHECK(scene.notes.take().starts_with("lost:last words:"));
}

TEST_CASE("room: back under the nick that was chosen, whichever it had to enter by") {
    RoomScene scene{{.other_nicks = {"romeo_"}}};
    scene.says(scene.features("urn:xmpp:sid:0"));
    CHECK(scene.told(RoomScene::presence_error("conflict", scene.join_id())).empty());
    CHECK(scene.take().find("disco#info") == std::string::npos); // it was asked
    scene.says(RoomScene::present("romeo_", "110") + RoomScene::groupchat({}, "<subject/>"));
    bool outside = false;
    SUBCASE("chosen inside") {
        CHECK(scene.room->change_nick("montague"));
        scene.says("<presence type='unavailable' from='coven@chat.e.test/romeo_'><x "
                   "xmlns='http://jabber.org/protocol/muc#user'><item nick='montague'/><status "
                   "code='303'/><status code='110'/></x></presence>");
    }
    SUBCASE("chosen outside") { outside = true; }
    scene.take();
    scene.says(RoomScene::absent(outside ? "romeo_" : "montague", "110 332"));
    if (outside) CHECK(scene.room->change_nick("montague"));
    scene.pass(5'000);
    const auto sent = scene.take();
    CHECK(sent.find("to='coven@chat.e.test/montague'") != std::string::npos);
    CHECK(sent.find("disco#info") != std::string::npos);
}

TEST_CASE("room: what it announces is asked at each entry, under whatever nick") {
    RoomScene scene{{.other_nicks = {"romeo_"}}};
    scene.says(scene.features("urn:xmpp:sid:0 urn:xmpp:occupant-id:0"));
    scene.says(RoomScene::presence_error("conflict", scene.join_id()));
    scene.says(RoomScene::present("romeo_", "110") + RoomScene::groupchat({}, "<subject/>"));
    scene.says(RoomScene::absent("romeo_", "110 332"));
    scene.pass(5'000);
    CHECK(scene.take().find("disco#info") != std::string::npos);
    scene.notes.take();
    scene.says(RoomScene::present("romeo_", "110") + RoomScene::groupchat({}, "<subject/>"));
    scene.notes.take();
    CHECK(
        scene.told(RoomScene::groupchat("eve", RoomScene::body("x") + RoomScene::given_id("1"))) ==
        "said:eve:x"); // it has not said so this time
}
