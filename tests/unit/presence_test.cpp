// Presence as a plain object: ours, theirs, and who may see whose.
#include "headstock/extensions/muc.hpp"
#include "headstock/extensions/presence.hpp"

#include "tests/support/heap_count.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Jid, headstock::Presence, headstock::Show;
using support::SessionKit;

namespace {

struct Watcher {
    support::Notes& notes;
    void online(const headstock::ContactOnline& event) {
        notes.add("online:" + event.who.str() + ":" + std::string{to_string(event.now.show)});
    }
    void changed(const headstock::ContactChanged& event) {
        notes.add("changed:" + event.who.str() + ":" + event.now.status);
    }
    void offline(const headstock::ContactOffline& event) {
        notes.add("offline:" + event.who.str() + (event.last ? ":last" : ""));
    }
    void asked(const headstock::SubscriptionAsked& event) {
        notes.add("asked:" + event.who.str() + ":" + event.status);
    }
    void answered(const headstock::SubscriptionAnswered& event) {
        notes.add((event.allowed ? "allowed:" : "denied:") + event.who.str());
    }
    void ended(const headstock::SubscriptionEnded& event) { notes.add("ended:" + event.who.str()); }
};
HEADSTOCK_HANDLERS(Watcher,
                   on_event<&self::online>(),
                   on_event<&self::changed>(),
                   on_event<&self::offline>(),
                   on_event<&self::asked>(),
                   on_event<&self::answered>(),
                   on_event<&self::ended>())

struct Scene : SessionKit {
    explicit Scene(Presence initial = Presence{}, headstock::Options options = support::in_clear())
        : SessionKit{std::move(options)}, presence{std::move(initial)} {
        client->register_handler(presence);
        client->register_handler(watcher);
        login();
        first = take();
    }
    std::string seen(std::string_view xml) {
        says(xml);
        return notes.take();
    }
    Presence presence;
    support::Notes notes;
    Watcher watcher{notes};
    std::string first;
};

} // namespace

TEST_CASE("presence: available when the session is ready, as it was made") {
    CHECK(Scene{}.first == "<presence/>");
    CHECK(
        Scene{Presence{{Show::away, "a & b", -5}}}.first ==
        "<presence><show>away</show><status>a &amp; b</status><priority>-5</priority></presence>");
}

TEST_CASE("presence: what is sent") {
    Scene scene;
    auto& presence = scene.presence;
    REQUIRE(presence.available({.show = Show::dnd}));
    CHECK(scene.take() == "<presence><show>dnd</show></presence>");
    REQUIRE(presence.available({}, Jid{"a@e.test/x"}));
    CHECK(scene.take() == "<presence to='a@e.test/x'/>");
    REQUIRE(presence.unavailable("gone"));
    CHECK(scene.take() == "<presence type='unavailable'><status>gone</status></presence>");
    REQUIRE(presence.subscribe(Jid{"a@e.test/x"}, "please"));
    CHECK(scene.take() ==
          "<presence type='subscribe' to='a@e.test'><status>please</status></presence>");
    REQUIRE(presence.unsubscribe(Jid{"a@e.test/x"}));
    CHECK(scene.take() == "<presence type='unsubscribe' to='a@e.test'/>");
    REQUIRE(presence.subscribed(Jid{"a@e.test/x"}));
    CHECK(scene.take() == "<presence type='subscribed' to='a@e.test'/>");
    REQUIRE(presence.unsubscribed(Jid{"a@e.test/x"}));
    CHECK(scene.take() == "<presence type='unsubscribed' to='a@e.test'/>");
    REQUIRE(presence.probe(Jid{"a@e.test"}));
    CHECK(scene.take() == "<presence type='probe' to='a@e.test'/>");
}

TEST_CASE("presence: white space around show and priority is layout (issue 9.21)") {
    Scene scene;
    CHECK(scene.seen("<presence from='a@e.test/1'><show>\n  dnd\t</show>"
                     "<priority> 5\n</priority></presence>") == "online:a@e.test/1:dnd");
    CHECK(scene.presence.online().at(Jid{"a@e.test/1"}).priority == 5);
    CHECK(scene.seen("<presence from='a@e.test/2'><show>d nd</show></presence>") ==
          "online:a@e.test/2:");
}

TEST_CASE("presence: contacts come, change and go") {
    Scene scene;
    CHECK(scene.seen("<presence from='a@e.test/1'><show>chat</show></presence>") ==
          "online:a@e.test/1:chat");
    CHECK(scene.seen("<presence from='a@e.test/1'><status>busy</status></presence>") ==
          "changed:a@e.test/1:busy");
    CHECK(scene.seen("<presence from='a@e.test/2'/>") == "online:a@e.test/2:");
    CHECK(scene.presence.is_online(Jid{"a@e.test"}));
    CHECK(scene.presence.is_online(Jid{"a@e.test/2"}));
    CHECK_FALSE(scene.presence.is_online(Jid{"a@e.test/3"}));
    CHECK(scene.seen("<presence from='a@e.test/1' type='unavailable'/>") == "offline:a@e.test/1");
    CHECK(scene.seen("<presence from='a@e.test/1' type='unavailable'/>").empty());
    CHECK(scene.seen("<presence from='a@e.test/2' type='unavailable'/>") ==
          "offline:a@e.test/2:last");
    CHECK_FALSE(scene.presence.is_online(Jid{"a@e.test"}));
}

TEST_CASE("presence: what is not presence of somebody there makes nobody online") {
    Scene scene;
    CHECK(scene.seen("<presence from='romeo@e.test/r'/>").empty()); // ourselves
    CHECK(scene.seen("<presence from='@'/>").empty());
    CHECK(scene.seen("<presence/>").empty());
    CHECK(scene.seen("<presence from='a@e.test/1' type='probe'/>").empty());
    CHECK(scene.presence.online().empty());
    CHECK(scene.seen("<presence from='romeo@e.test/other'/>") == "online:romeo@e.test/other:");
}

// A server that does not normalise addresses has two accounts where we would see one.
TEST_CASE("D1: an address that is only normalised into a contact's says nothing of that contact") {
    const std::string look_alike = "\xef\xbd\x81@e.test/1"; // with a fullwidth letter a
    Scene scene;
    CHECK(scene.seen("<presence from='a@e.test/1'/>") == "online:a@e.test/1:");
    for (const std::string type :
         {"", "unavailable", "error", "subscribe", "subscribed", "unsubscribe", "unsubscribed"}) {
        CAPTURE(type);
        const auto said = type.empty() ? "" : " type='" + type + "'";
        CHECK(scene
                  .seen("<presence from='" + look_alike + "'" + said +
                        "><status>forged</status><error><gone "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")
                  .empty());
    }
    CHECK(scene.presence.online().at(Jid{"a@e.test/1"}).status.empty());
    CHECK(scene.seen("<presence from='A@E.TEST/1'><status>x</status></presence>") ==
          "changed:a@e.test/1:x");
}

TEST_CASE("presence: leaving of a bare JID and a presence error take all its resources") {
    Scene scene;
    scene.says("<presence from='a@e.test/1'/><presence from='a@e.test/2'/>"
               "<presence from='a@e.test.org/1'/><presence from='a@e.test-x/1'/>");
    scene.notes.take();
    CHECK(scene.seen("<presence from='a@e.test' type='unavailable'/>") ==
          "offline:a@e.test/1 offline:a@e.test/2:last");
    CHECK(scene.seen("<presence from='a@e.test-x' type='error'><error type='cancel'>"
                     "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                     "</error></presence>") == "offline:a@e.test-x/1:last");
    CHECK(scene.presence.online().size() == 1);
}

namespace {

struct Refusal {
    const char* condition;
    bool absent; ///< It says that nobody is there.
};
// All that RFC 6120 8.3.3 defines.
constexpr Refusal refusals[] = {
    {"bad-request", false},
    {"conflict", false}, // the nick is somebody's, XEP-0045 7.2.8
    {"feature-not-implemented", false},
    {"forbidden", false}, // banned, 7.2.7
    {"gone", true},
    {"internal-server-error", false},
    {"item-not-found", true},  // there is no such room, 7.2.10
    {"jid-malformed", false},  // no nick was given, 7.2.17
    {"not-acceptable", false}, // the nick is reserved, 7.2.17
    {"not-allowed", false},    // rooms may not be made, 7.2.11
    {"not-authorized", false}, // the room has a password, 7.2.5
    {"policy-violation", false},
    {"recipient-unavailable", true},
    {"redirect", true},
    {"registration-required", false}, // for members only, 7.2.6
    {"remote-server-not-found", true},
    {"remote-server-timeout", true},
    {"resource-constraint", false},
    {"service-unavailable", true}, // also: the room is full, and we are not in it, 7.2.9
    {"subscription-required", false},
    {"undefined-condition", false},
    {"unexpected-request", false},
};

std::string refused(const std::string& from, const std::string& condition) {
    return "<presence from='" + from + "' type='error'><error type='cancel'><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
}

} // namespace

TEST_CASE("presence: of the errors of RFC 6120 some say that nobody is there and the others do not "
          "(issue 9.17)") {
    int conditions = 0;
    for (const auto& refusal : refusals) {
        const std::string condition = refusal.condition;
        const bool absent = refusal.absent;
        CAPTURE(condition);
        Scene scene;
        scene.says("<presence from='room@muc.test/nick'/><presence from='room@muc.test/other'/>");
        scene.notes.take();
        CHECK(scene.seen(refused("room@muc.test/nick", condition)) ==
              (absent ? "offline:room@muc.test/nick" : ""));
        CHECK(scene.presence.is_online(Jid{"room@muc.test/nick"}) != absent);
        CHECK(scene.presence.is_online(Jid{"room@muc.test/other"}));
        const auto number = static_cast<headstock::Condition>(conditions++);
        CHECK(headstock::to_string(number) == condition);
        CHECK(headstock::says_absent(number) == absent);
    }
    CHECK(conditions == static_cast<int>(headstock::Condition::unexpected_request) + 1);
}

TEST_CASE("presence: an error that names no condition takes nobody offline (issue 9.17)") {
    Scene scene;
    scene.says("<presence from='room@muc.test/nick'/>");
    scene.notes.take();
    for (const std::string inside : {"", "<error/>", "<error code='409' type='cancel'/>"})
        CHECK(
            scene.seen("<presence from='room@muc.test/nick' type='error'>" + inside + "</presence>")
                .empty());
    CHECK(scene.seen(refused("room@muc.test/nick", "brand-new")).empty());
}

TEST_CASE("presence: a room that cannot be reached takes all its occupants offline (issue 9.17)") {
    Scene scene;
    scene.says("<presence from='room@muc.test/a'/><presence from='room@muc.test/b'/>");
    scene.notes.take();
    CHECK(scene.seen(refused("room@muc.test", "forbidden")).empty());
    CHECK(scene.seen(refused("room@muc.test", "remote-server-timeout")) ==
          "offline:room@muc.test/a offline:room@muc.test/b:last");
}

TEST_CASE("presence: the most available resource stands first") {
    Scene scene;
    scene.says("<presence from='a@e.test/low'><priority>-1</priority></presence>"
               "<presence from='a@e.test/away'><show>away</show></presence>"
               "<presence from='a@e.test/chat'><show>chat</show></presence>"
               "<presence from='a@e.test/high'><show>dnd</show><priority>9</priority></presence>"
               "<presence from='a@e.test/odd'><show>odd</show><priority>900</priority></presence>");
    std::string order;
    for (const auto& each : scene.presence.resources(Jid{"a@e.test"}))
        order += std::string{each.who.resource()} + " ";
    CHECK(order == "high chat odd away low ");
}

TEST_CASE("presence: subscriptions are told and answered as asked for") {
    Scene ask;
    CHECK(ask.seen("<presence from='a@e.test' type='subscribe'><status>hi</status></presence>") ==
          "asked:a@e.test:hi");
    CHECK(ask.take().empty());
    CHECK(ask.seen("<presence from='a@e.test' type='subscribed'/>") == "allowed:a@e.test");
    CHECK(ask.seen("<presence from='a@e.test' type='unsubscribed'/>") == "denied:a@e.test");
    CHECK(ask.seen("<presence from='a@e.test' type='unsubscribe'/>") == "ended:a@e.test");

    Scene accept{Presence{{}, Presence::Requests::accept}};
    accept.says("<presence from='a@e.test' type='subscribe'/>");
    CHECK(accept.take() == "<presence type='subscribed' to='a@e.test'/>");
    Scene mutual{Presence{{}, Presence::Requests::mutual}};
    mutual.says("<presence from='a@e.test' type='subscribe'/>");
    CHECK(mutual.take() == "<presence type='subscribed' to='a@e.test'/>"
                           "<presence type='subscribe' to='a@e.test'/>");
    Scene refuse{Presence{{}, Presence::Requests::refuse}};
    refuse.says("<presence from='a@e.test' type='subscribe'/>");
    CHECK(refuse.take() == "<presence type='unsubscribed' to='a@e.test'/>");
}

TEST_CASE("presence: after the session nobody is known and nothing is sent") {
    Scene scene;
    scene.says("<presence from='a@e.test/1'/>");
    scene.client->disconnected();
    CHECK(scene.presence.online().empty());
    CHECK(scene.presence.subscribe(Jid{"a@e.test"}).error.code == headstock::Errc::session_over);
}

TEST_CASE("presence: a handler of an event may destroy the client") {
    Scene scene;
    scene.says("<presence from='a@e.test/1'/><presence from='a@e.test/2'/>");
    scene.client->on_event([&](const headstock::ContactOffline&) { scene.client.reset(); });
    auto* client = scene.client.get();
    client->received("<presence from='a@e.test' type='unavailable'/>");
    CHECK(scene.client == nullptr);
}

TEST_CASE("presence: when the client was destroyed nothing is sent") {
    Presence presence;
    {
        SessionKit kit;
        kit.client->register_handler(presence);
        kit.login();
    }
    const auto refused = presence.available({});
    CHECK(refused.error.code == headstock::Errc::session_over);
    CHECK(refused.error.text.find("this Presence is in no session") != std::string::npos);
}

TEST_CASE("presence: a handler of an event may unregister and destroy the object that gave it") {
    SessionKit kit;
    auto presence = std::make_unique<Presence>();
    kit.client->register_handler(*presence);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const headstock::ContactOffline&) {
        if (++told > 1) return;
        kit.client->unregister_handler(*presence);
        presence.reset();
    });
    kit.says("<presence from='a@e.test/1'/><presence from='a@e.test/2'/>"
             "<presence from='a@e.test' type='unavailable'/>");
    CHECK(told == 2);
}

// Somebody with thousands of resources, or with an address that begins like another one.
TEST_CASE("presence: what one resource costs does not depend on how many others are there") {
    const auto calls = [](int others) {
        Scene scene;
        for (int i = 0; i < others; ++i)
            scene.says("<presence from='a@e.test/" + std::to_string(1000 + i) +
                       "'/><presence from='a@e.test.evil/" + std::to_string(1000 + i) + "'/>");
        scene.says("<presence from='a@e.test/x'/>");
        scene.notes.take();
        const auto before = test::heap_calls();
        scene.says("<presence from='a@e.test/x' type='unavailable'/>");
        return test::heap_calls() - before;
    };
    CHECK(calls(500) <= calls(2));
}

TEST_CASE("presence: what strangers say is kept within bounds and told all the same") {
    Scene scene;
    const std::string status(1u << 20, 's');
    for (int i = 0; i < 40; ++i) {
        const auto from = "m@evil.test/" + std::to_string(i);
        CHECK(scene.seen("<presence from='" + from + "'><status>" + status +
                         "</status></presence>") == "online:" + from + ":");
    }
    std::size_t held = 0;
    for (const auto& [who, now] : scene.presence.online())
        held += who.str().size() + now.status.size();
    constexpr std::size_t most = 32u << 20;
    CHECK(held <= most);
    CHECK(held > most - status.size() - 100);
    for (int i = 0; i < 3; ++i) { // a longer one finds no place, a shorter one does
        scene.says("<presence from='m@evil.test/0'><status>" + status + status +
                   "</status></presence>");
        CHECK(scene.presence.online().at(Jid{"m@evil.test/0"}).status.empty());
    }
    scene.says("<presence from='m@evil.test/0'><status>short</status></presence>");
    CHECK(scene.presence.online().at(Jid{"m@evil.test/0"}).status == "short");
    scene.says("<presence from='m@evil.test' type='unavailable'/>");
    CHECK(scene.presence.online().empty());
    scene.says("<presence from='a@e.test/1'><status>" + status + "</status></presence>");
    CHECK(scene.presence.online().size() == 1);
}

TEST_CASE("presence: one that shows itself by its bare JID is found and goes") {
    Scene scene;
    scene.says("<presence from='bot.e.test'/><presence from='bot.e.test/r'/>");
    CHECK(scene.presence.is_online(Jid{"bot.e.test"}));
    CHECK(scene.presence.resources(Jid{"bot.e.test"}).size() == 2);
    scene.notes.take();
    CHECK(scene.seen("<presence from='bot.e.test' type='unavailable'/>") ==
          "offline:bot.e.test offline:bot.e.test/r:last");
}

TEST_CASE("presence: without an address what is for one is not sent") {
    Scene scene;
    auto& presence = scene.presence;
    for (const auto& refused : {presence.subscribe({}), presence.unsubscribe({}),
                                presence.subscribed({}), presence.unsubscribed({})})
        CHECK(refused.error.code == headstock::Errc::invalid_jid);
    CHECK(presence.probe({}).error.text ==
          "not sent: presence of type probe is for one address, and none was given");
    CHECK(scene.take().empty());
}

namespace {
constexpr auto of_a_room = "<x xmlns='http://jabber.org/protocol/muc#user'>"
                           "<item affiliation='member' role='participant'/></x></presence>";
std::string
shows(const std::string& who, const std::string& more = "</presence>", const char* type = "") {
    return "<presence from='" + who + "'" + type + ">" + more;
}
} // namespace

TEST_CASE("presence: occupants of rooms are no contacts, nor are rooms") {
    Scene scene;
    CHECK(scene.seen(shows("room@muc.test/juliet", of_a_room)).empty());
    CHECK(scene.seen(shows("room@muc.test/juliet", of_a_room)).empty());
    CHECK(scene.seen(shows("room@muc.test")).empty()); // its picture
    CHECK_FALSE(scene.presence.is_online(Jid{"room@muc.test"}));
    CHECK(scene.presence.online().empty());
    CHECK(scene.seen(shows("room@muc.test/juliet", of_a_room, " type='unavailable'")).empty());
    CHECK(scene.seen(shows("icq.example.org")) == "online:icq.example.org:");
    CHECK(scene.seen(shows("romeo@e.test/phone", of_a_room)) ==
          "online:romeo@e.test/phone:"); // our own account is no room
}

// A service that shows itself before all occupants, as ejabberd does; one that knows no muc#user.
TEST_CASE("presence: what a room says that we enter makes no contact, with its data or without") {
    Scene scene;
    const auto enters = [&](std::string_view to) {
        auto ours = headstock::presence().set("to", to).add(headstock::MucJoin{});
        scene.client->emit_now(headstock::PresencePrepared{ours});
    };
    enters("room@muc.test/romeo");
    CHECK(scene.seen(shows("room@muc.test")).empty());
    CHECK(scene.seen(shows("room@muc.test/juliet")).empty());
    CHECK(scene.seen(shows("room@muc.test/juliet", "</presence>", " type='unavailable'")).empty());
    CHECK(scene.seen(shows("other@muc.test")) == "online:other@muc.test:");
    enters("other@muc.test/romeo"); // who is online already goes offline all the same
    CHECK(scene.seen(shows("other@muc.test", "</presence>", " type='unavailable'")) ==
          "offline:other@muc.test:last");
    enters("juliet@e.test"); // it enters nothing
    CHECK(scene.seen(shows("juliet@e.test/b")) == "online:juliet@e.test/b:");
}

TEST_CASE("presence: a contact that says it is in a room goes offline all the same") {
    Scene scene;
    CHECK(scene.seen(shows("juliet@e.test/b")) == "online:juliet@e.test/b:");
    CHECK(scene.seen(shows("juliet@e.test/b", of_a_room)) == "changed:juliet@e.test/b:");
    CHECK(scene.seen(shows("juliet@e.test/x", of_a_room)).empty());
    CHECK(scene.seen(shows("juliet@e.test/c")) == "online:juliet@e.test/c:");
    CHECK(scene.seen(shows("juliet@e.test/b", of_a_room, " type='unavailable'")) ==
          "offline:juliet@e.test/b");
    CHECK(scene.seen(shows("juliet@e.test/c", of_a_room, " type='unavailable'")) ==
          "offline:juliet@e.test/c:last");
}

TEST_CASE("presence: a thousand rooms are known, of one session") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    Scene scene{Presence{}, options};
    for (int i = 0; i < 1001; ++i)
        scene.says(shows("room" + std::to_string(i) + "@muc.test/nick", of_a_room));
    CHECK(scene.seen(shows("room999@muc.test")).empty());
    CHECK(scene.seen(shows("room1000@muc.test")) == "online:room1000@muc.test:");
    scene.lose();
    scene.come_back();
    scene.notes.take();
    CHECK(scene.seen(shows("room999@muc.test")) == "online:room999@muc.test:");
}
