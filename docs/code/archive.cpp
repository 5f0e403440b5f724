// docs/guide/archive.md
#include <doctest/doctest.h>

#include <headstock/extensions/archive.hpp>
#include <headstock/extensions/catch_up.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/headstock.hpp>
#include <headstock/testing/stage.hpp>

#include <iostream>

namespace archive_page {

using headstock::Jid;

// page: read
struct History {
    headstock::Archive archive;
    std::vector<std::string> lines;

    void ready() {
        headstock::ArchiveQuery query;
        query.with = Jid{"juliet@example.org"};
        query.order = headstock::ArchiveOrder::newest_first;
        query.limit = 20;
        archive.ask(
            query, [this](const headstock::ArchivedMessage& item) { show(item); },
            [this](const headstock::ArchiveEnd& end) { lines.push_back(end.message()); });
    }
    void show(const headstock::ArchivedMessage& item) {
        if (item.message) lines.push_back(item.message->body);
    }
};
// page: end

// page: room
headstock::Delivery read_room(headstock::Archive& archive,
                              const std::function<void(const headstock::Message&)>& heard) {
    headstock::ArchiveQuery query;
    query.of = Jid{"lobby@rooms.example.org"};
    query.start = headstock::parse_date_time("2026-01-01T00:00:00Z");
    query.page_size = 50;
    return archive.ask(
        query,
        [heard](const headstock::ArchivedMessage& item) {
            if (item.message) heard(*item.message);
        },
        [](const headstock::ArchiveEnd& end) {
            if (!end) std::cout << end.message() << '\n';
        });
}
// page: end

// page: go_on
struct Patient {
    headstock::Archive archive;
    headstock::ArchiveQuery query;

    void ready() { read(); } // in each session
    void read() {
        archive.ask(query, {}, [this](const headstock::ArchiveEnd& end) {
            query.go_on_at = end.go_on_at; // after a failure the next session goes on here
        });
    }
};
// page: end

// page: catch_up
struct Reader {
    std::vector<std::string> read;
    headstock::ArchivePosition saved; // in a file, or beside what is made of the messages

    void heard(const headstock::FollowedMessage& event) {
        if (event.item.message) read.push_back(event.item.message->body);
    }
    void moved(const headstock::ArchivePositionChanged& event) { saved = event.position; }
    void ended(const headstock::CatchUpEnded& event) {
        if (event) read.push_back("(" + std::to_string(event.missed) + " missed)");
    }
};
HEADSTOCK_HANDLERS(Reader,
                   on_event<&self::heard>(),
                   on_event<&self::moved>(),
                   on_event<&self::ended>())

struct Program {
    headstock::Archive archive;
    headstock::CatchUp missed{archive};
    Reader reader;

    explicit Program(headstock::BaseClient& client, const headstock::ArchivePosition& saved) {
        missed.follow({}, saved);
        missed.follow(Jid{"lobby@rooms.example.org"});
        client.register_handler(archive);
        client.register_handler(missed);
        client.register_handler(reader);
    }
};
// page: end

// page: pages
void list_rooms(headstock::ClientApi& client, std::vector<std::string>& names) {
    headstock::request_pages<headstock::DiscoItems>(
        client,
        [](const headstock::Rsm& page) {
            const headstock::DiscoItemsQuery rooms{{}, {headstock::to_element(page)}};
            return headstock::iq_get("rooms.example.org").add(rooms);
        },
        [&names](const headstock::Answer<headstock::DiscoItems>& page, const headstock::PageOf&) {
            if (page) {
                for (const auto& room : page->items) names.push_back(room.jid.str());
            }
            return headstock::NextPage::ask;
        });
}
// page: end

// A page with one message, whatever was asked for; what it was asked, as an element.
inline headstock::Element answer_page(headstock::testing::Stage& stage,
                                      const std::string& id,
                                      const std::string& body,
                                      const std::string& from = {}) {
    auto iq = stage.sent_elements().back();
    const auto sender = from.empty() ? "" : " from='" + from + "'";
    const auto& query = iq.child("query", headstock::ns::archive);
    stage.says("<message" + sender + "><result xmlns='urn:xmpp:mam:2' queryid='" +
               std::string{query.attribute("queryid")} + "' id='" + id +
               "'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" +
               (from.empty() ? "juliet@example.org/balcony" : from + "/juliet") + "'><body>" +
               body + "</body></message></forwarded></result></message>");
    stage.says("<iq type='result' id='" + std::string{iq.attribute("id")} + "'" + sender +
               "><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>");
    return iq;
}

TEST_CASE("pages: the last messages with somebody, from the archive") {
    History history;
    headstock::testing::Stage stage;
    stage.client().register_handler(history.archive);
    stage.client().register_handler(history);
    stage.login();
    const auto disco = stage.sent_elements().at(0);
    stage.says("<iq type='result' from='romeo@example.org' id='" +
               std::string{disco.attribute("id")} +
               "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    answer_page(stage, "1", "good night");
    CHECK(history.lines == std::vector<std::string>{"good night", "1 message, and no more"});
}

TEST_CASE("pages: the archive of a room") {
    headstock::Archive archive;
    headstock::testing::Stage stage;
    stage.client().register_handler(archive);
    stage.login();
    std::string heard;
    CHECK(read_room(archive, [&](const headstock::Message& message) { heard = message.body; }));
    stage.settle();
    answer_page(stage, "1", "hello", "lobby@rooms.example.org");
    CHECK(heard == "hello");
}

TEST_CASE("pages: a query that goes on in the next session") {
    auto options = headstock::testing::Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    Patient patient;
    headstock::testing::Stage stage{options};
    stage.client().register_handler(patient.archive);
    stage.client().register_handler(patient);
    stage.login();
    answer_page(stage, "7", "hello");
    CHECK(patient.query.go_on_at == "7");
    stage.lose();
    stage.come_back();
    CHECK(stage.sent().find("<after>7</after>") != std::string::npos);
}

TEST_CASE("pages: what was missed, and what comes") {
    headstock::testing::Stage stage;
    Program program{stage.client(), {"0", {}}};
    stage.login();
    answer_page(stage, "1", "where are you?");
    stage.says("<message type='chat' from='juliet@example.org/balcony'><body>ah</body><stanza-id "
               "xmlns='urn:xmpp:sid:0' by='romeo@example.org' id='2'/></message>");
    CHECK(program.reader.read == std::vector<std::string>{"where are you?", "(1 missed)", "ah"});
    CHECK(program.reader.saved.id == "2");
}

TEST_CASE("pages: a long list by pages") {
    headstock::testing::Stage stage;
    stage.login();
    std::vector<std::string> names;
    list_rooms(stage.client(), names);
    stage.settle();
    stage.says("<iq type='result' from='rooms.example.org' id='" +
               std::string{stage.sent_elements().at(0).attribute("id")} +
               "'><query xmlns='http://jabber.org/protocol/disco#items'><item "
               "jid='lobby@rooms.example.org'/></query></iq>");
    CHECK(names == std::vector<std::string>{"lobby@rooms.example.org"});
}

} // namespace archive_page
