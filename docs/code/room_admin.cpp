// docs/guide/room_admin.md
#include <doctest/doctest.h>

#include <headstock/extensions/bookmarks.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/moderation.hpp>
#include <headstock/extensions/muc_admin.hpp>
#include <headstock/extensions/muc_info.hpp>
#include <headstock/headstock.hpp>
#include <headstock/testing/stage.hpp>

#include <iostream>
#include <set>
#include <string>
#include <vector>

namespace room_admin_page {

using headstock::Affiliation, headstock::Answer, headstock::Element, headstock::Jid, headstock::Ok,
    headstock::Role;

const std::string room = "coven@chat.example.org";

// page: rights
void keep_order(headstock::MucAdmin& admin) {
    const auto done = [](const Answer<Ok>& answer) {
        if (!answer) std::cout << answer.message() << '\n'; // "not-allowed (cancel)"
    };
    admin.kick(room, "pistol", "Avaunt, you cullion!", done);
    admin.ban(room, "tybalt@example.org", "a duel too many", done);
    admin.set_roles(room, {{"thirdwitch", Role::participant, {}}}, done); // voice
    admin.set_affiliations(room, {{Jid{"hecate@example.org"}, Affiliation::admin, {}, {}}}, done);
}
// page: end

// page: list
void show_banned(headstock::MucAdmin& admin, std::vector<std::string>& banned) {
    admin.list(
        room, Affiliation::outcast,
        [&banned](const headstock::MucAdminItem& item) {
            if (item.jid) banned.push_back(item.jid->str());
        },
        [](const Answer<headstock::MucListed>& end) {
            std::cout << (end ? std::to_string(end->items) + " are banned" : end.message()) << '\n';
        });
}
// page: end

// page: configure
void make_private(headstock::MucAdmin& admin) {
    headstock::RoomConfig config;
    config.name = "The Coven";
    config.members_only = true;
    config.listed = false;
    config.persistent = true;
    admin.configure(room, config, [](const Answer<Ok>& answer) {
        if (!answer) std::cout << answer.message() << '\n'; // "forbidden (auth)": owners only
    });
}
// page: end

// page: any_option
void close_logs(headstock::MucAdmin& admin) {
    admin.configuration(room, [&admin](const Answer<headstock::DataForm>& answer) {
        if (!answer || answer->find("x-logs") == nullptr) return;
        auto form = *answer;
        form.set("x-logs", {"0"});
        admin.configure(room, form, {});
    });
}
// page: end

// page: moderation
struct Forum {
    std::set<std::string> shown;

    void gone(const headstock::MessageModerated& event) { shown.erase(event.id); }
};
HEADSTOCK_HANDLERS(Forum, on_event<&self::gone>())
// page: end

// page: bookmarks
struct Rooms {
    std::set<Jid> in;

    void join(const headstock::BookmarkJoin& event) { in.insert(event.bookmark.room); }
    void leave(const headstock::BookmarkLeave& event) { in.erase(event.room); }
};
HEADSTOCK_HANDLERS(Rooms, on_event<&self::join>(), on_event<&self::leave>())
// page: end

// page: remember
void remember(headstock::Bookmarks& bookmarks) {
    headstock::Bookmark coven{Jid{room}, "The Coven"};
    coven.autojoin = true;
    coven.nick = "firstwitch";
    bookmarks.set(coven);
    if (const auto* heath = bookmarks.find("heath@chat.example.org")) {
        auto changed = *heath; // with all that other clients have put into it
        changed.autojoin = false;
        bookmarks.set(changed);
    }
}
// page: end

namespace {

std::string answer_to(const Element& iq, const std::string& payload = {}) {
    const std::string to{iq.attribute("to")};
    return "<iq type='result' id='" + std::string{iq.attribute("id")} + "'" +
           (to.empty() ? "" : " from='" + to + "'") + ">" + payload + "</iq>";
}

} // namespace

TEST_CASE("pages: a room is kept in order, and its lists come item by item") {
    headstock::testing::Stage stage;
    headstock::MucAdmin admin;
    stage.client().register_handler(admin);
    stage.login();
    keep_order(admin);
    make_private(admin);
    stage.settle();
    CHECK(stage.sent_elements().size() == 5);
    std::vector<std::string> banned;
    show_banned(admin, banned);
    stage.settle();
    stage.says(answer_to(stage.sent_elements().at(0),
                         "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                         "<item affiliation='outcast' jid='tybalt@example.org'/></query>"));
    CHECK(banned == std::vector<std::string>{"tybalt@example.org"});
    close_logs(admin);
    stage.settle();
    stage.says(answer_to(stage.sent_elements().at(0),
                         "<query xmlns='http://jabber.org/protocol/muc#owner'>"
                         "<x xmlns='jabber:x:data' type='form'><field var='x-logs' "
                         "type='boolean'><value>1</value></field></x></query>"));
    CHECK(stage.sent().find("<value>0</value>") != std::string::npos);
}

TEST_CASE("pages: a message that a room has taken back is shown no longer") {
    headstock::testing::Stage stage;
    headstock::Moderation coven{room};
    Forum forum{{"s1", "s2"}};
    stage.client().register_handler(coven);
    stage.client().register_handler(forum);
    stage.login();
    stage.says("<message type='groupchat' from='" + room +
               "'><retract id='s1' xmlns='urn:xmpp:message-retract:1'>"
               "<moderated xmlns='urn:xmpp:message-moderate:1'/></retract></message>");
    CHECK(forum.shown == std::set<std::string>{"s2"});
}

TEST_CASE("pages: bookmarks say which rooms to enter, and which to leave") {
    headstock::testing::Stage stage;
    headstock::Disco disco{{{"client", "bot", "witch"}}};
    headstock::Bookmarks bookmarks;
    Rooms rooms;
    disco.add_feature(headstock::Bookmarks::interest);
    stage.client().register_handler(disco);
    stage.client().register_handler(bookmarks);
    stage.client().register_handler(rooms);
    stage.login();
    stage.says(answer_to(stage.sent_elements().at(0),
                         "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    const std::string stored = "<query xmlns='jabber:iq:private'><storage "
                               "xmlns='storage:bookmarks'><conference autojoin='true' "
                               "jid='heath@chat.example.org'/></storage></query>";
    stage.says(answer_to(stage.sent_elements().at(0), stored));
    CHECK(rooms.in == std::set<Jid>{Jid{"heath@chat.example.org"}});
    remember(bookmarks);
    stage.settle();
    for (int written = 0; written < 2; ++written) {
        const auto& now = written == 0 ? stored
                                       : "<query xmlns='jabber:iq:private'><storage "
                                         "xmlns='storage:bookmarks'><conference autojoin='true' "
                                         "jid='heath@chat.example.org'/><conference name='The "
                                         "Coven' autojoin='true' jid='" +
                                             room +
                                             "'><nick>firstwitch</nick></conference></storage>"
                                             "</query>";
        stage.says(answer_to(stage.sent_elements().at(0), now));
        stage.says(answer_to(stage.sent_elements().at(0)));
    }
    CHECK(rooms.in == std::set<Jid>{Jid{room}});
}

} // namespace room_admin_page
