// docs/guide/rooms.md
#include <doctest/doctest.h>

#include <headstock/extensions/invitations.hpp>
#include <headstock/extensions/muc_room.hpp>
#include <headstock/headstock.hpp>
#include <headstock/testing/stage.hpp>

#include <list>

namespace rooms_page {

// page: bot
struct Bot {
    void came(const headstock::OccupantJoined& event) {
        event.room.say("Welcome, " + event.who.nick);
    }
    void heard(const headstock::RoomMessage& event) {
        if (event.ours || event.history) return;
        if (event.message.body == "!ping") event.reply("pong");
    }
    void whispered(const headstock::RoomPrivateMessage& event) { event.reply("I heard you"); }
};
HEADSTOCK_HANDLERS(Bot,
                   on_event<&self::came>(),
                   on_event<&self::heard>(),
                   on_event<&self::whispered>())
// page: end

// page: outcome
struct Door {
    std::string seen;

    void joined(const headstock::RoomJoined& event) { seen = "in as " + event.nick; }
    void refused(const headstock::RoomRefused& event) {
        seen = "not in: " + std::string{to_string(event.why)};
        if (event.next_try) seen += ", another attempt follows";
    }
    void left(const headstock::RoomLeft& event) {
        seen = "out: " + std::string{to_string(event.why)};
        if (event.venue) seen += ", they meet in " + event.venue.str();
    }
};
HEADSTOCK_HANDLERS(Door,
                   on_event<&self::joined>(),
                   on_event<&self::refused>(),
                   on_event<&self::left>())
// page: end

// page: options
headstock::RoomOptions careful() {
    headstock::RoomOptions options;
    options.other_nicks = {"thirdwitch_", "fourthwitch"}; // when the first nick is taken
    options.password = "cauldronburn";
    options.history = headstock::MucHistory{.maxstanzas = 20};
    options.rejoin = headstock::RoomOptions::Rejoin::when_kicked_too;
    return options;
}
// page: end

// page: lost
struct Worried {
    std::string text;
    void lost(const headstock::RoomUndelivered& event) {
        text = event.message.body + ": " +
               (event.refusal ? event.refusal->message() : event.failure.message());
    }
};
HEADSTOCK_HANDLERS(Worried, on_event<&self::lost>())
// page: end

// page: invited
struct Guest {
    headstock::AsyncClient& client;
    std::list<headstock::MucRoom> rooms; // a room is not moved

    void invited(const headstock::Invited& event) {
        if (event.by.domain() != "example.org") {
            event.invitations.decline(event, "I know nobody there");
            return;
        }
        rooms.emplace_back(event.room, "hecate",
                           headstock::RoomOptions{.password = event.password});
        client.register_handler(rooms.back());
    }
};
HEADSTOCK_HANDLERS(Guest, on_event<&self::invited>())
// page: end

inline headstock::Error run(headstock::AsyncClient& client) {
    // page: use (compiled only)
    headstock::MucRoom coven{"coven@rooms.example.org", "thirdwitch"};
    Bot bot;
    client.register_handler(coven);
    client.register_handler(bot);
    coven.say("When shall we three meet again?"); // goes out as soon as we are in
    return client.run();
    // page: end
}

constexpr auto in_room = "<presence from='coven@rooms.example.org/thirdwitch'>"
                         "<x xmlns='http://jabber.org/protocol/muc#user'>"
                         "<item affiliation='none' role='participant'/><status code='110'/></x>"
                         "</presence>";

TEST_CASE("pages: a bot in a room") {
    headstock::testing::Stage stage;
    headstock::MucRoom coven{"coven@rooms.example.org", "thirdwitch", careful()};
    Bot bot;
    Door door;
    Worried worried;
    stage.client().register_handler(coven);
    stage.client().register_handler(bot);
    stage.client().register_handler(door);
    stage.client().register_handler(worried);
    stage.login();
    REQUIRE(coven.say("When shall we three meet again?"));
    CHECK(stage.sent().find("cauldronburn") != std::string::npos);
    stage.says(in_room);
    CHECK(door.seen == "in as thirdwitch");
    CHECK(stage.sent().find("When shall we three") != std::string::npos);
    stage.says("<message type='groupchat' from='coven@rooms.example.org/hecate'>"
               "<body>!ping</body></message>");
    const auto pong = stage.sent_elements().at(0);
    CHECK(pong.child("body").text() == "pong");
    stage.says("<message type='error' from='coven@rooms.example.org' id='" +
               std::string{pong.attribute("id")} +
               "'><error type='auth'><forbidden "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(worried.text == "pong: forbidden (auth)");
    stage.says("<message type='chat' from='coven@rooms.example.org/hecate'>"
               "<body>psst</body></message>");
    CHECK(stage.sent_elements().at(0).attribute("to") == "coven@rooms.example.org/hecate");
    stage.says("<presence type='unavailable' from='coven@rooms.example.org/thirdwitch'>"
               "<x xmlns='http://jabber.org/protocol/muc#user'><item role='none'/>"
               "<destroy jid='heath@rooms.example.org'/></x></presence>");
    CHECK(door.seen == "out: destroyed, they meet in heath@rooms.example.org");
}

TEST_CASE("pages: a room that refuses, and an invitation") {
    headstock::testing::Stage stage;
    headstock::MucRoom coven{"coven@rooms.example.org", "thirdwitch"};
    headstock::Invitations invitations;
    Door door;
    std::string invited;
    stage.client().register_handler(coven);
    stage.client().register_handler(door);
    stage.client().register_handler(invitations);
    stage.client().on_event([&](const headstock::Invited& event) { invited = event.room.str(); });
    stage.login();
    stage.says("<presence type='error' from='coven@rooms.example.org/thirdwitch'>"
               "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
               "</presence>");
    CHECK(door.seen == "not in: banned");
    stage.says("<message from='crone@example.org/desktop'><x xmlns='jabber:x:conference' "
               "jid='heath@rooms.example.org'/></message>");
    CHECK(invited == "heath@rooms.example.org");
}

} // namespace rooms_page
