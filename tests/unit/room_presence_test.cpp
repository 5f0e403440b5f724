// What others add to our presence in a room (PresencePrepared), and when it is shown anew.
#include "tests/support/room_scene.hpp"

#include <headstock/extensions/capabilities.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/presence.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>

using headstock::PresencePrepared, headstock::PresenceOutdated;
using support::RoomScene;

namespace {

constexpr auto not_resumed = "<failed xmlns='urn:xmpp:sm:3'><item-not-found "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";
constexpr std::string_view to_us = "to='coven@chat.e.test/romeo'";

/// In a room, and each presence gets a mark; what `act` does it does once, in the event.
struct Dressed : RoomScene {
    Dressed() {
        be_in();
        client->on_event([this](const PresencePrepared& event) {
            event.presence.add("mark", std::to_string(++marks));
            if (const auto once = std::exchange(act, nullptr)) once();
        });
    }
    void outdated() { client->emit_now(PresenceOutdated{}); }

    int marks = 0;
    std::function<void()> act;
};

} // namespace

TEST_CASE("room: others add to the presence that enters, shows and renames, not to what leaves") {
    Dressed scene;
    CHECK(scene.room->show({.show = headstock::Show::away}));
    auto sent = scene.take();
    CHECK(sent.find("<show>away</show><mark>1</mark>") != sent.npos);
    CHECK(sent.find(to_us) != sent.npos);
    CHECK(scene.room->change_nick("montague"));
    sent = scene.take();
    CHECK(sent.find("to='coven@chat.e.test/montague'") != sent.npos);
    CHECK(sent.find("<mark>2</mark>") != sent.npos);
    scene.says(RoomScene::presence_error("conflict", support::last_attribute(sent, "id")));
    CHECK(scene.room->leave());
    CHECK(scene.take().find("mark") == std::string::npos);
    scene.says(RoomScene::absent("romeo", "110"));
    CHECK(scene.room->join());
    sent = scene.take();
    CHECK(sent.find("<x xmlns='http://jabber.org/protocol/muc'") != sent.npos);
    CHECK(sent.find("<mark>3</mark>") != sent.npos);
}

TEST_CASE("room: it is shown anew what is out of date, where we are in") {
    Dressed scene;
    CHECK(scene.room->show({.status = "brewing"}));
    scene.take();
    scene.outdated();
    const auto sent = scene.take();
    CHECK(support::count(sent, "<presence") == 1);
    CHECK(sent.find("<status>brewing</status><mark>2</mark>") != sent.npos);
    CHECK(sent.find("<x ") == sent.npos);
    CHECK(scene.room->leave());
    scene.take();
    scene.outdated();
    scene.says(RoomScene::absent("romeo", "110"));
    scene.outdated();
    CHECK(scene.take().empty());
}

TEST_CASE("room: out of date while it lets us in, it is shown anew when we are in, once") {
    RoomScene scene;
    scene.client->emit_now(PresenceOutdated{});
    CHECK(scene.take().find("<presence") == std::string::npos);
    scene.says(RoomScene::present("romeo", "110"));
    CHECK(support::count(scene.take(), "<presence") == 1);
    scene.says(RoomScene::present("romeo", "110"));
    CHECK(scene.take().find("<presence") == std::string::npos);
}

TEST_CASE("room: out of date while the connection is lost, it is shown anew when it is back") {
    Dressed scene;
    scene.lose();
    scene.outdated();
    CHECK(scene.room->show({.status = "back"}));
    scene.resume(0);
    const auto sent = scene.take();
    CHECK(support::count(sent, to_us) >= 1);
    CHECK(support::count(sent, "<status>back</status>") == 1);

    Dressed anew;
    anew.lose();
    anew.outdated();
    anew.answer_resume(not_resumed);
    anew.come_back();
    const auto again = anew.take();
    CHECK(support::count(again, "<presence") == 1); // the one that enters
    CHECK(again.find("<x xmlns='http://jabber.org/protocol/muc'") != again.npos);
}

TEST_CASE("room: whoever adds to its presence may destroy the client") {
    for (const bool outdated : {false, true}) {
        Dressed scene;
        scene.act = [&scene] { scene.client.reset(); };
        auto* client = scene.client.get();
        if (outdated)
            client->emit_now(PresenceOutdated{});
        else
            CHECK_FALSE(scene.room->show({}));
        CHECK(scene.client == nullptr);
        CHECK_FALSE(scene.room->say("x"));
    }
    Dressed entering;
    CHECK(entering.room->leave());
    entering.says(RoomScene::absent("romeo", "110"));
    entering.act = [&entering] { entering.client.reset(); };
    CHECK_FALSE(entering.room->join());
    CHECK_FALSE(entering.room->say("x"));
}

TEST_CASE("room: whoever adds to its presence may unregister and destroy it") {
    const auto end = [](Dressed& scene) {
        scene.client->unregister_handler(*scene.room);
        scene.room.reset();
    };
    Dressed shown;
    shown.act = [&] { end(shown); };
    CHECK_FALSE(shown.room->show({}));
    CHECK(shown.take().empty());
    Dressed renamed;
    renamed.act = [&] { end(renamed); };
    CHECK_FALSE(renamed.room->change_nick("montague"));
    CHECK(renamed.take().empty());
    Dressed entering;
    CHECK(entering.room->leave());
    entering.says(RoomScene::absent("romeo", "110"));
    entering.take();
    entering.act = [&] { end(entering); };
    CHECK_FALSE(entering.room->join());
    CHECK(entering.take().find("<presence") == std::string::npos);
    Dressed back;
    back.lose();
    back.outdated();
    back.act = [&] { end(back); };
    back.resume(0);
    CHECK(back.room == nullptr);
}

TEST_CASE("room: whoever adds to its presence and leaves it has left") {
    Dressed scene;
    scene.act = [&scene] { scene.room->leave(); };
    CHECK_FALSE(scene.room->show({}));
    const auto sent = scene.take();
    CHECK(support::count(sent, "<presence") == 1);
    CHECK(sent.find("unavailable") != sent.npos);
}

namespace {

/// A room, contacts, and capabilities in the presence of both.
struct WithCapabilities : support::Managed {
    WithCapabilities() {
        enable();
        take();
        client->register_handler(disco);
        client->register_handler(capabilities);
        client->register_handler(presence);
        client->register_handler(room);
        pass(1);
        begin = take();
    }
    /// The hash that stands in each presence of `sent`, with `to` before it.
    static std::string hashes(const std::string& sent) {
        std::string all;
        for (auto at = sent.find("<presence"); at != sent.npos;
             at = sent.find("<presence", at + 1)) {
            const auto stanza = sent.substr(at, sent.find("</presence>", at) - at);
            const bool directed = stanza.find("coven") != stanza.npos;
            all += (directed ? "room:" : "all:") + support::last_attribute(stanza, "ver") + " ";
        }
        return all;
    }

    headstock::Disco disco{{{"client", "bot", "witch"}}};
    headstock::Capabilities capabilities{disco, "https://e.test/witch"};
    headstock::Presence presence;
    headstock::MucRoom room{RoomScene::room_jid, "romeo"};
    std::string begin;
};

} // namespace

TEST_CASE("room: capabilities stand in it, and are told anew when they change") {
    WithCapabilities scene;
    const auto first = scene.capabilities.announced();
    CHECK(WithCapabilities::hashes(scene.begin) == "all:" + first + " room:" + first + " ");
    scene.says(RoomScene::present("romeo", "110"));
    scene.take();
    scene.disco.add_feature("urn:example:brew");
    scene.pass(1);
    const auto second = scene.capabilities.announced();
    CHECK(second != first);
    CHECK(WithCapabilities::hashes(scene.take()) == "all:" + second + " room:" + second + " ");
}

TEST_CASE("room: who is told new capabilities by its presence alone is not the only one") {
    WithCapabilities scene;
    scene.says(RoomScene::present("romeo", "110"));
    scene.take();
    scene.disco.add_feature("urn:example:brew");
    CHECK(scene.room.show({.show = headstock::Show::away})); // before the others are told
    const auto second = scene.capabilities.announced();
    CHECK(WithCapabilities::hashes(scene.take()) == "room:" + second + " ");
    scene.pass(1);
    CHECK(WithCapabilities::hashes(scene.take()) == "all:" + second + " room:" + second + " ");
    scene.pass(1000);
    CHECK(scene.take().find("<presence") == std::string::npos);
}
