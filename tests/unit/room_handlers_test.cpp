// What may go away while a room speaks: the room, its registration, the client; and many rooms.
#include "tests/support/room_scene.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <utility>

using headstock::MucRoom, headstock::RoomOptions;
using support::InRoom, support::RoomScene, support::not_resumed, support::resumed;

TEST_CASE("room: unregistered it hears and does nothing more, registered again it asks") {
    InRoom scene;
    scene.client->unregister_handler(*scene.room);
    CHECK(scene.told(RoomScene::groupchat("juliet", RoomScene::body("x"))).empty());
    CHECK(scene.ping_after_silence().find("urn:xmpp:ping") == std::string::npos);
    CHECK_FALSE(scene.room->say("x"));
    scene.client->register_handler(*scene.room);
    CHECK(scene.take().find("<presence") != std::string::npos);
    InRoom quick;
    quick.client->unregister_handler(*quick.room);
    quick.client->register_handler(*quick.room);
    CHECK(quick.take().find("urn:xmpp:ping") != std::string::npos);
    CHECK(quick.told(RoomScene::groupchat("juliet", RoomScene::body("x"))) == "said:juliet:x");
}

TEST_CASE("room: unregistered timers and answers do nothing") {
    InRoom scene;
    CHECK(scene.room->check());
    const auto sent = scene.take();
    scene.client->unregister_handler(*scene.room);
    CHECK(scene.told(InRoom::answer(sent, "not-acceptable")).empty());
    RoomScene joining;
    joining.client->unregister_handler(*joining.room);
    joining.pass(30'000);
    CHECK(joining.notes.take().empty());
    joining.pass(600'000);
    CHECK(joining.take().find("<presence") == std::string::npos);
}

namespace {

/// Does something at each event of a room.
struct Meddler {
    std::function<void()> act;
    template <class E>
    void on_any(const E&) {
        if (const auto once = std::exchange(act, nullptr)) once();
    }
    static constexpr auto handlers() {
        using namespace headstock;
        return headstock::handlers(
            on_event<&Meddler::on_any<RoomJoined>>(), on_event<&Meddler::on_any<RoomRefused>>(),
            on_event<&Meddler::on_any<RoomLeft>>(), on_event<&Meddler::on_any<RoomMessage>>(),
            on_event<&Meddler::on_any<RoomPrivateMessage>>(),
            on_event<&Meddler::on_any<RoomSubject>>(),
            on_event<&Meddler::on_any<RoomUndelivered>>(),
            on_event<&Meddler::on_any<OccupantJoined>>(),
            on_event<&Meddler::on_any<OccupantChanged>>(),
            on_event<&Meddler::on_any<OccupantLeft>>(),
            on_event<&Meddler::on_any<OccupantRenamed>>(),
            on_event<&Meddler::on_any<RoomNickRefused>>(),
            on_event<&Meddler::on_any<RoomChanged>>(), on_event<&Meddler::on_any<RoomUnsure>>());
    }
};

void meddle(const std::function<void(RoomScene&)>& act) {
    using Step = std::function<void(RoomScene&)>;
    const auto say = [](std::string xml) {
        return [xml = std::move(xml)](RoomScene& scene) { scene.says(xml); };
    };
    for (const Step& step : {
             Step{say(RoomScene::present("nurse"))},
             Step{say(RoomScene::present("juliet", "", "<status>x</status>"))},
             Step{say(RoomScene::absent("juliet"))},
             Step{say(RoomScene::absent("romeo", "110 332"))},
             Step{say(RoomScene::absent("romeo", "110 307"))},
             Step{say(RoomScene::groupchat("juliet", RoomScene::body("x")))},
             Step{say(RoomScene::groupchat("juliet", "<subject>x</subject>"))},
             Step{say(RoomScene::groupchat("", "<x xmlns='http://jabber.org/protocol/muc#user'>"
                                               "<status code='104'/></x>"))},
             Step{say(
                 "<message type='chat' from='coven@chat.e.test/juliet'><body>x</body></message>")},
             Step{[](RoomScene& scene) {
                 scene.lose();
                 for (int i = 0; i < 60 && !scene.client->wants_connection(); ++i)
                     scene.pass(1'000);
                 if (scene.client->wants_connection()) scene.login();
             }},
             Step{[](RoomScene& scene) { scene.client->stop(); }},
             Step{[](RoomScene& scene) {
                 if (scene.room) (void)scene.room->check();
                 scene.pass(30'000);
             }},
         }) {
        InRoom scene;
        scene.answer_resume(not_resumed);
        for (int i = 0; i < 3; ++i) (void)scene.room->say("unconfirmed");
        Meddler meddler{[&] { act(scene); }};
        scene.client->register_handler(meddler);
        step(scene);
        if (scene.client) scene.client->unregister_handler(meddler);
    }
}

} // namespace

TEST_CASE("room: a handler of an event may unregister and destroy the room") {
    meddle([](RoomScene& scene) {
        scene.client->unregister_handler(*scene.room);
        scene.room.reset();
    });
}

TEST_CASE("room: a handler of an event may leave, come in, speak, and unregister the room") {
    meddle([](RoomScene& scene) { (void)scene.room->leave(); });
    meddle([](RoomScene& scene) { (void)scene.room->join(), (void)scene.room->say("x"); });
    meddle([](RoomScene& scene) { scene.client->unregister_handler(*scene.room); });
    meddle([](RoomScene& scene) { scene.client->stop(); });
}

TEST_CASE("room: a handler of an event may destroy the client") {
    for (const auto* xml :
         {"<presence from='coven@chat.e.test/nurse'><x xmlns='"
          "http://jabber.org/protocol/muc#user'><item role='visitor'/></x></presence>",
          "<message type='groupchat' from='coven@chat.e.test/juliet'><body>x</body>"
          "</message>"}) {
        InRoom scene;
        Meddler meddler{[&] { scene.client.reset(); }};
        scene.client->register_handler(meddler);
        scene.says(xml);
        CHECK_FALSE(scene.client);
        CHECK_FALSE(scene.room->say("x"));
    }
    InRoom scene;
    Meddler meddler{[&] { scene.client.reset(); }};
    scene.client->register_handler(meddler);
    scene.says(RoomScene::absent("romeo", "110 332"));
    CHECK_FALSE(scene.client);
}

TEST_CASE("room: of many each hears its own, and reads nothing of the others'") {
    RoomScene scene;
    scene.watcher.with_room = true;
    scene.be_in();
    std::deque<MucRoom> rooms;
    for (int i = 0; i < 100; ++i)
        scene.client->register_handler(
            rooms.emplace_back("r" + std::to_string(i) + "@chat.e.test", "romeo"));
    scene.says(
        "<presence from='r7@chat.e.test/romeo'><x xmlns='http://jabber.org/protocol/muc#user'>"
        "<item role='visitor'/><status code='110'/></x></presence>");
    CHECK(scene.notes.take() == "r7@chat.e.test|joined:romeo");
    CHECK(
        scene.told("<message type='groupchat' from='r7@chat.e.test/x'><body>y</body></message>") ==
        "r7@chat.e.test|said:x:y");
    CHECK(scene.told("<message type='groupchat' from='r8@chat.e.test/x'><body>y</body></message>")
              .empty());
    int unhandled = 0;
    scene.client->on_unhandled([&](const headstock::Tag&) { ++unhandled; });
    scene.says("<message from='nurse@e.test/x'><body>y</body></message>");
    CHECK(unhandled == 1); // none of the rooms has taken it
}
