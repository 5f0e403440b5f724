// XEP-0045 7.8, XEP-0249: invitations, sent and taken.
#include "headstock/extensions/invitations.hpp"

#include "tests/support/stage.hpp"
#include "tests/support/whole_message.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

using headstock::Invitations, headstock::Jid;

namespace {

struct Guest {
    support::Notes& notes;
    std::function<void(const headstock::Invited&)> act{};
    void invited(const headstock::Invited& e) {
        notes.add("invited:" + e.room.str() + ":" + e.by.str() + ":" + e.reason + ":" +
                  e.password.value_or("-") + (e.direct ? ":direct" : "") +
                  (e.goes_on ? ":goes_on=" + e.thread : ""));
        if (act) act(e);
    }
    void declined(const headstock::InvitationDeclined& e) {
        notes.add("declined:" + e.room.str() + ":" + e.by.str() + ":" + e.reason);
    }
    void failed(const headstock::InvitationFailed& e) {
        notes.add("failed:" + e.room.str() + ":" + e.to.str() + ":" +
                  std::string{to_string(e.error.condition)});
    }
};
HEADSTOCK_HANDLERS(Guest,
                   on_event<&self::invited>(),
                   on_event<&self::declined>(),
                   on_event<&self::failed>())

struct Scene : support::Stage {
    Scene() {
        client->register_handler(*invitations);
        client->register_handler(guest);
    }
    std::string told(const std::string& xml) { return seen_in(xml); }
    /// A message of the room with this in it.
    static std::string from_room(const std::string& inside,
                                 const std::string& from = "coven@chat.e.test",
                                 const std::string& type = {}) {
        return "<message from='" + from + "'" + type +
               "><x xmlns='http://jabber.org/protocol/muc#user'>" + inside + "</x></message>";
    }
    std::unique_ptr<Invitations> invitations = std::make_unique<Invitations>();
    Guest guest{seen};
};

std::string without_id(std::string xml) {
    const auto at = xml.find(" id='");
    if (at != xml.npos) xml.erase(at, xml.find('\'', at + 5) + 1 - at);
    return xml;
}

constexpr auto not_found = "<error type='cancel'><item-not-found "
                           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

} // namespace

TEST_CASE("invitations: by the room, and directly") {
    Scene scene;
    CHECK(scene.invitations->invite("hecate@e.test", "coven@chat.e.test/nick",
                                    {.reason = "witches"}));
    CHECK(without_id(scene.take()) ==
          "<message to='coven@chat.e.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
          "<invite to='hecate@e.test'><reason>witches</reason></invite></x></message>");
    CHECK(scene.invitations->invite("hecate@e.test", "coven@chat.e.test",
                                    {.goes_on = true, .thread = "t"}));
    CHECK(scene.take().find("<invite to='hecate@e.test'><continue thread='t'/></invite>") !=
          std::string::npos);
    CHECK(scene.invitations->invite_directly(
        "hecate@e.test", "coven@chat.e.test",
        {.reason = "witches", .password = "x", .goes_on = true, .thread = "t"}));
    CHECK(without_id(scene.take()) ==
          "<message to='hecate@e.test'><x xmlns='jabber:x:conference' jid='coven@chat.e.test' "
          "password='x' reason='witches' continue='true' thread='t'/></message>");
}

TEST_CASE("invitations: nothing is sent to what is no address, nor outside a session") {
    Scene scene;
    for (const auto* bad : {"", "@"}) {
        CHECK_FALSE(scene.invitations->invite(bad, "coven@chat.e.test"));
        CHECK_FALSE(scene.invitations->invite("a@b", bad));
        CHECK_FALSE(scene.invitations->invite_directly(bad, "coven@chat.e.test"));
        CHECK_FALSE(scene.invitations->invite_directly("a@b", bad));
    }
    CHECK(scene.take().empty());
    Invitations alone;
    CHECK(alone.invite("a@b", "c@d").error.code == headstock::Errc::session_over);
}

TEST_CASE("invitations: one by a room, and a no to it") {
    Scene scene;
    scene.guest.act = [](const headstock::Invited& e) { e.invitations.decline(e, "too busy"); };
    CHECK(scene.told(
              Scene::from_room("<invite from='crone1@e.test/desktop'><reason>Hey</reason></invite>"
                               "<password>cauldronburn</password>")) ==
          "invited:coven@chat.e.test:crone1@e.test/desktop:Hey:cauldronburn");
    CHECK(without_id(scene.take()) ==
          "<message to='coven@chat.e.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
          "<decline to='crone1@e.test/desktop'><reason>too busy</reason></decline></x></message>");
    CHECK(scene.told(Scene::from_room("<invite from='a@b'><continue thread='t'/></invite>")) ==
          "invited:coven@chat.e.test:a@b::-:goes_on=t");
    CHECK(scene.told(
              Scene::from_room("<decline from='hecate@e.test'><reason>no</reason></decline>")) ==
          "declined:coven@chat.e.test:hecate@e.test:no");
}

TEST_CASE("invitations: a direct one cannot be declined") {
    Scene scene;
    headstock::Delivery declined;
    scene.guest.act = [&](const headstock::Invited& e) { declined = e.invitations.decline(e); };
    CHECK(scene.told("<message from='crone1@e.test/desktop'><x xmlns='jabber:x:conference' "
                     "jid='darkcave@chat.e.test' password='p' reason='r' continue='1' thread='t'/>"
                     "</message>") ==
          "invited:darkcave@chat.e.test:crone1@e.test/desktop:r:p:direct:goes_on=t");
    CHECK(declined.error.code == headstock::Errc::invalid_option);
    CHECK(scene.take().empty());
}

TEST_CASE("invitations: nobody invites in another's name") {
    Scene scene;
    const std::string forged = "<invite from='boss@e.test'/><decline from='boss@e.test'/>";
    CHECK(scene.told(Scene::from_room(forged, "coven@chat.e.test/mallory", " type='chat'")) ==
          "invited:coven@chat.e.test:coven@chat.e.test/mallory::-");
    CHECK(
        scene.told(Scene::from_room("<decline from='boss@e.test'/>", "mallory@e.test/x")).empty());
    CHECK(scene.told(Scene::from_room(forged, "coven@chat.e.test/mallory", " type='groupchat'"))
              .empty());
    CHECK(scene
              .told("<message type='groupchat' from='coven@chat.e.test/mallory'>"
                    "<x xmlns='jabber:x:conference' jid='a@b'/></message>")
              .empty());
    CHECK(scene
              .told("<message from='a@b'><forwarded xmlns='urn:xmpp:forward:0'>" +
                    Scene::from_room("<invite from='a@b'/>") + "</forwarded></message>")
              .empty());
}

TEST_CASE("invitations: both forms in a message are one, a bad one is none, and so many are told") {
    Scene scene;
    CHECK(scene.told("<message from='coven@chat.e.test'><x xmlns='http://jabber.org/protocol/"
                     "muc#user'><invite from='a@b'/></x><x xmlns='jabber:x:conference' "
                     "jid='coven@chat.e.test'>reason</x></message>") ==
          "invited:coven@chat.e.test:a@b::-");
    CHECK(scene.told("<message from='a@b'><x xmlns='jabber:x:conference' jid='@'/></message>")
              .empty());
    CHECK(scene.told("<message from='a@b'><x xmlns='jabber:x:conference'/></message>").empty());
    std::string many;
    for (int i = 0; i < 100; ++i) many += "<invite from='a@b'/>";
    const auto told = scene.told(Scene::from_room(many));
    CHECK(std::count(told.begin(), told.end(), ' ') == 31);
}

TEST_CASE("invitations: one that came back") {
    Scene scene;
    CHECK(scene.told(
              "<message type='error' from='coven@chat.e.test'>"
              "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='nobody@e.test'/></x>" +
              std::string{not_found} + "</message>") ==
          "failed:coven@chat.e.test:nobody@e.test:item-not-found");
    CHECK(scene.told("<message type='error' from='nobody@e.test'><x xmlns='jabber:x:conference' "
                     "jid='coven@chat.e.test'/>" +
                     std::string{not_found} + "</message>") ==
          "failed:coven@chat.e.test:nobody@e.test:item-not-found");
    CHECK(scene.told("<message type='error' from='a@b'>" + std::string{not_found} + "</message>")
              .empty());
}

TEST_CASE("invitations: a handler may unregister and destroy them, or the client") {
    const std::string two = "<invite from='a@b'/><invite from='c@d'/>";
    Scene scene;
    scene.guest.act = [&](const headstock::Invited&) {
        scene.client->unregister_handler(*scene.invitations);
        scene.invitations.reset();
    };
    CHECK(scene.told(Scene::from_room(two)) == "invited:coven@chat.e.test:a@b::-");
    Scene other;
    other.guest.act = [&](const headstock::Invited&) { other.client.reset(); };
    CHECK(other.told(Scene::from_room(two)) == "invited:coven@chat.e.test:a@b::-");
    CHECK(other.invitations->invite("a@b", "c@d").error.code == headstock::Errc::session_over);
}

TEST_CASE("invitations: nothing is told of a message whose rest is forged or passed over") {
    Scene stage;
    support::only_whole_messages(stage, Scene::from_room("<invite from='hag@e.test'/>"));
}

TEST_CASE("invitations: what comes again after a resumption is told once") {
    Invitations invitations;
    support::told_once_after_a_resumption<headstock::Invited>(
        invitations, Scene::from_room("<invite from='hag@e.test'/>"));
}
