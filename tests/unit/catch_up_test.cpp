// Catching up with an archive (XEP-0313): each message once and in order, live or missed.
#include "headstock/extensions/catch_up.hpp"
#include "headstock/extensions/muc_room.hpp"
#include "headstock/testing/stage.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Archive, headstock::ArchivePosition, headstock::CatchUp, headstock::CatchUpEnded,
    headstock::Element, headstock::Jid;

namespace {

const std::string account = "romeo@example.org";
const std::string room = "room@muc.example.org";

headstock::Options coming_back() {
    auto options = headstock::testing::Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    return options;
}

// A client that follows archives, and its server by hand.
struct CatchUpStage {
    explicit CatchUpStage(ArchivePosition known = {"0", headstock::parse_date_time(start)},
                          headstock::Options options = coming_back())
        : stage{std::move(options)} {
        stage.server().settings().stream_management = stage_resumes;
        missed->follow({}, std::move(known));
        auto& client = stage.client();
        client.register_handler(archive);
        client.register_handler(*missed);
        client.on_event([this](const headstock::FollowedMessage& event) {
            note((event.archive == Jid{account} ? "" : "room/") + event.item.id +
                 (event.live ? "*" : ""));
            if (on_message) on_message();
        });
        client.on_event([this](const headstock::ArchivePositionChanged& event) {
            position = event.position;
            if (on_move) on_move();
        });
        client.on_event([this](const CatchUpEnded& event) {
            note(event ? "[" + std::to_string(event.missed) + "]"
                       : "[" + (event.refusal ? event.refusal->message() : "failed") +
                             (event.again ? ", again]" : "]"));
            last = event;
        });
    }

    // A stanza that stream management counts.
    void say(std::string xml) {
        xml.insert(xml.find_first_of(" >"), " xmlns='jabber:client'");
        stage.says(Element::parse(xml).value());
    }
    void note(const std::string& word) { noted += (noted.empty() ? "" : " ") + word; }
    std::string take() { return std::exchange(noted, {}); }

    // The query that was just asked; the empty element when there is none.
    Element asked() {
        const auto sent = stage.sent_elements();
        for (const auto& iq : sent) {
            if (iq.child("query", ns::archive)) return iq;
        }
        return sent.empty() ? Element{} : sent.front();
    }
    static std::string after(const Element& iq) {
        return std::string{
            iq.child("query", ns::archive).child("set", ns::result_set).child("after").text()};
    }
    static std::string field(const Element& iq, std::string_view var) {
        for (const auto& field :
             iq.child("query", ns::archive).child("x", ns::data_forms).children("field"))
            if (field.attribute("var") == var) return std::string{field.child("value").text()};
        return {};
    }
    static std::string from_of(const Element& iq) {
        return iq.has_attribute("to") ? " from='" + std::string{iq.attribute("to")} + "'" : "";
    }
    void result(const Element& iq, const std::string& id) {
        const bool of_room = iq.has_attribute("to");
        say("<message" + from_of(iq) + "><result xmlns='urn:xmpp:mam:2' queryid='" +
            std::string{iq.child("query", ns::archive).attribute("queryid")} + "' id='" + id +
            "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "
            "stamp='2026-01-01T00:00:0" +
            id.substr(0, 1) +
            "Z'/>"
            "<message xmlns='jabber:client' from='" +
            (of_room ? room + "/juliet" : std::string{"juliet@example.org/b"}) + "'><body>" + id +
            "</body></message></forwarded></result></message>");
    }
    void finish(const Element& iq, bool complete = true) {
        say("<iq type='result' id='" + std::string{iq.attribute("id")} + "'" + from_of(iq) +
            "><fin xmlns='urn:xmpp:mam:2'" + (complete ? " complete='true'" : "") + "/></iq>");
    }
    void
    refuse(const Element& iq, const std::string& condition, const std::string& type = "cancel") {
        say("<iq type='error' id='" + std::string{iq.attribute("id")} + "'" + from_of(iq) +
            "><error type='" + type + "'><" + condition +
            " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }
    // Answers, once, a query with these results.
    void answer(std::initializer_list<const char*> ids) {
        const auto iq = asked();
        REQUIRE(iq.child("query", ns::archive));
        for (const auto* id : ids) result(iq, id);
        finish(iq);
    }
    static std::string live_xml(const std::string& id, const std::string& more = {}) {
        return "<message type='chat' from='juliet@example.org/b'><body>" + id +
               "</body><stanza-id xmlns='urn:xmpp:sid:0' by='" + account + "' id='" + id + "'/>" +
               more + "</message>";
    }
    void live(const std::string& id, const std::string& more = {}) { say(live_xml(id, more)); }
    void late(const std::string& id) {
        live(id, "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2025-01-01T00:00:00Z'/>");
    }
    void room_says(const std::string& id,
                   const std::string& type = "groupchat",
                   const std::string& from = room + "/juliet",
                   const std::string& more = {}) {
        say("<message type='" + type + "' from='" + from + "'><body>" + id +
            "</body><stanza-id xmlns='urn:xmpp:sid:0' by='" + room + "' id='" + id + "'/>" + more +
            "</message>");
    }
    void self_presence(const std::string& type = {},
                       const std::string& code = "110",
                       const std::string& nick = "romeo") {
        say("<presence from='" + room + "/" + nick + "'" +
            (type.empty() ? "" : " type='" + type + "'") +
            "><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' "
            "role='participant'/><status code='" +
            code + "'/></x></presence>");
    }

    // Somebody has another nick, and says that they are us.
    void renamed(const std::string& before, const std::string& after) {
        say("<presence type='unavailable' from='" + room + "/" + before +
            "'><x xmlns='http://jabber.org/protocol/muc#user'><item nick='" + after +
            "'/><status code='303'/><status code='110'/></x></presence>");
    }

    static constexpr auto start = "2025-12-31T00:00:00Z";
    static inline bool stage_resumes = false;
    headstock::testing::Stage stage;
    Archive archive;
    std::unique_ptr<CatchUp> missed = std::make_unique<CatchUp>(archive);
    std::string noted;
    ArchivePosition position;
    CatchUpEnded last;
    std::function<void()> on_message;
    std::function<void()> on_move;
};

} // namespace

TEST_CASE("catch-up: what was missed comes first, then what comes live, each with its position") {
    CatchUpStage stage;
    stage.stage.login();
    auto iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "0");
    CHECK_FALSE(stage.missed->caught_up());
    stage.result(iq, "1");
    CHECK(stage.position.id == "1");
    CHECK(stage.position.stamp == headstock::parse_date_time("2026-01-01T00:00:01Z"));
    CHECK(stage.missed->position().id == "1");
    stage.finish(iq, false);
    iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "1");
    stage.result(iq, "2");
    stage.finish(iq);
    CHECK(stage.take() == "1 2 [2]");
    CHECK(stage.missed->caught_up());
    stage.live("3");
    CHECK(stage.take() == "3*");
    CHECK(stage.position.id == "3");
    CHECK(*stage.position.stamp < std::chrono::system_clock::now());
    CHECK(*stage.position.stamp > std::chrono::system_clock::now() - std::chrono::minutes{7});
    CHECK(stage.stage.sent() == "");
}

TEST_CASE("catch-up: the next session begins behind the last message, live or missed") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({"1"});
    stage.live("2");
    stage.stage.lose();
    CHECK_FALSE(stage.missed->caught_up());
    stage.stage.come_back();
    const auto iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "2");
    stage.result(iq, "3");
    stage.finish(iq);
    CHECK(stage.take() == "1 [1] 2* 3 [1]");
}

TEST_CASE("catch-up: live messages wait for what is older, and come once") {
    CatchUpStage stage;
    stage.stage.login();
    const auto iq = stage.asked();
    stage.live("2"); // in the archive too
    stage.live("3"); // too late for the page
    stage.live("3");
    CHECK(stage.take() == "");
    stage.result(iq, "1");
    stage.result(iq, "2");
    CHECK(stage.take() == "1 2*");
    stage.live("2"); // said twice
    stage.finish(iq);
    CHECK(stage.take() == "3* [1]");
    CHECK(stage.position.id == "3");
    stage.live("3");
    CHECK(stage.take() == "");
}

TEST_CASE("catch-up: what is late is given by the archive alone") {
    CatchUpStage stage;
    stage.stage.login();
    auto iq = stage.asked();
    stage.late("1"); // offline storage
    stage.late("z"); // seen long ago
    stage.result(iq, "1");
    stage.finish(iq);
    CHECK(stage.take() == "1*");
    iq = stage.asked(); // whether z is a new one
    CHECK(CatchUpStage::after(iq) == "1");
    stage.finish(iq);
    CHECK(stage.take() == "[0]");
    CHECK(stage.missed->caught_up());

    stage.late("1");
    CHECK(stage.stage.sent() == "");
    stage.late("2"); // as of a session that was resumed
    stage.live("3");
    CHECK(stage.take() == "");
    iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "1");
    stage.result(iq, "2");
    stage.finish(iq);
    CHECK(stage.take() == "2* 3* [0]");
}

TEST_CASE("catch-up: only ids of our own account, from messages that have one such id, are live") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({});
    stage.take();
    const auto with_id = [&](const std::string& ids) {
        stage.stage.says("<message from='juliet@example.org/b'><body>x</body>" + ids +
                         "</message>");
        return stage.take();
    };
    const auto id = [](const std::string& by) {
        return "<stanza-id xmlns='urn:xmpp:sid:0' by='" + by + "' id='1'/>";
    };
    CHECK(with_id("") == "");
    CHECK(with_id(id("example.org")) == "");
    CHECK(with_id(id("juliet@example.org")) == "");
    CHECK(with_id(id(account + "/r")) == "");
    CHECK(with_id(id("")) == "");
    CHECK(with_id(id(account) + id(account)) == "");
    CHECK(with_id("<stanza-id xmlns='urn:xmpp:sid:0' by='" + account + "'/>") == "");
    CHECK(with_id(id(account)) == "1*");
}

TEST_CASE("catch-up: carbons are followed as what they copy, if they are our own account's") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({});
    const auto carbon = [](const std::string& kind, const std::string& id,
                           const std::string& from) {
        return "<message from='" + from + "'><" + kind +
               " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
               "<message xmlns='jabber:client' from='" +
               account +
               "/phone' to='juliet@example.org'><body>x</body><stanza-id xmlns='urn:xmpp:sid:0' "
               "by='" +
               account + "' id='" + id + "'/></message></forwarded></" + kind + "></message>";
    };
    stage.take();
    stage.stage.says(carbon("sent", "1", account));
    stage.stage.says(carbon("received", "2", account));
    stage.stage.says(carbon("sent", "3", "juliet@example.org"));
    stage.stage.says(carbon("received", "4", room));
    CHECK(stage.take() == "1* 2*");
}

TEST_CASE("catch-up: a carbon that breaks off with its connection is none yet") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({});
    stage.take();
    stage.stage.says("<message from='" + account +
                     "'><received xmlns='urn:xmpp:carbons:2'><forwarded "
                     "xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
                     "from='juliet@example.org/b'><stanza-id xmlns='urn:xmpp:sid:0' by='" +
                     account + "' id='1'/></message></forwarded></received>");
    CHECK(stage.take() == "");
    stage.stage.says("</message>");
    CHECK(stage.take() == "1*");
}

TEST_CASE("catch-up: a thousand ids are known, if they are no longer than ids") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({});
    for (int i = 1; i <= 1001; ++i) stage.live(std::to_string(i));
    stage.take();
    stage.live("2");
    CHECK(stage.take() == "");
    stage.live("1");
    CHECK(stage.take() == "1*");
    const std::string id(600, '7');
    stage.live(id);
    stage.live(id);
    CHECK(stage.take() == id + "* " + id + "*");
}

TEST_CASE("catch-up: an id that the archive does not know any more falls back to its time") {
    CatchUpStage stage;
    stage.stage.login();
    stage.refuse(stage.asked(), "item-not-found");
    CHECK(stage.take() == "");
    auto iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "");
    CHECK(CatchUpStage::field(iq, "start") == CatchUpStage::start);
    stage.result(iq, "1");
    stage.finish(iq);
    CHECK(stage.take() == "1 [1]");

    stage.stage.lose();
    stage.stage.come_back();
    iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "1"); // by id again
    stage.refuse(iq, "item-not-found");
    iq = stage.asked();
    stage.result(iq, "1"); // it was seen
    stage.result(iq, "2");
    stage.finish(iq);
    CHECK(stage.take() == "2 [1]");
}

TEST_CASE("catch-up: without a time an id that is gone is told") {
    CatchUpStage stage{{"gone", {}}};
    stage.stage.login();
    stage.refuse(stage.asked(), "item-not-found");
    CHECK(stage.take() == "[item-not-found (cancel)]");
    CHECK(stage.stage.sent() == "");
    stage.live("1"); // given, but not taken for all there was
    CHECK(stage.take() == "1*");
    CHECK(stage.missed->position().id == "gone");
    stage.missed->follow({}, {"0", {}});
    CHECK(CatchUpStage::after(stage.asked()) == "0");
}

TEST_CASE("catch-up: with nothing known it begins with what comes from now on") {
    CatchUpStage stage{ArchivePosition{}};
    stage.stage.login();
    const auto disco = stage.asked();
    stage.stage.says("<iq type='result' id='" + std::string{disco.attribute("id")} + "' from='" +
                     account + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    auto iq = stage.asked();
    CHECK(iq.at("{urn:xmpp:mam:2}query/{http://jabber.org/protocol/rsm}set/max").text() == "1");
    SUBCASE("an archive that has something") {
        stage.live("7");
        stage.result(iq, "6");
        stage.finish(iq, false);
        CHECK(stage.take() == "7* [0]");
        stage.stage.lose();
        stage.stage.come_back();
        CHECK(CatchUpStage::after(stage.asked()) == "7");
    }
    SUBCASE("one that is empty") {
        stage.finish(iq);
        CHECK(stage.take() == "[0]");
        stage.stage.lose();
        stage.stage.come_back();
        iq = stage.asked();
        CHECK(CatchUpStage::after(iq) == "");
        CHECK(CatchUpStage::field(iq, "start").size() > 10);
    }
}

TEST_CASE("catch-up: a refusal leaves the position, and live messages come") {
    CatchUpStage stage;
    stage.stage.login();
    const auto iq = stage.asked();
    stage.live("1");
    stage.refuse(iq, "service-unavailable");
    CHECK(stage.take() == "1* [service-unavailable (cancel)]");
    stage.live("2");
    CHECK(stage.take() == "2*");
    CHECK(stage.missed->position().id == "0");
    stage.missed->now();
    stage.answer({"1", "2", "3"}); // those were seen
    CHECK(stage.take() == "3 [1]");
    CHECK(stage.missed->caught_up());
}

TEST_CASE("catch-up: what may pass is tried again in a minute, and live messages wait") {
    CatchUpStage stage;
    stage.stage.login();
    const auto iq = stage.asked();
    SUBCASE("a refusal for now") { stage.refuse(iq, "resource-constraint", "wait"); }
    SUBCASE("no answer") { stage.stage.pass(std::chrono::seconds{90}); }
    CHECK(stage.take().find(", again]") != std::string::npos);
    stage.live("2");
    CHECK(stage.take() == "");
    stage.missed->now(); // it is at it
    CHECK(stage.stage.sent() == "");
    stage.stage.pass(std::chrono::minutes{1});
    stage.answer({"1"});
    CHECK(stage.take() == "1 2* [1]");
}

TEST_CASE("catch-up: another try is the session's own") {
    CatchUpStage stage;
    stage.stage.login();
    stage.refuse(stage.asked(), "resource-constraint", "wait");
    stage.stage.lose();
    stage.stage.come_back();
    const auto iq = stage.asked();
    stage.stage.pass(std::chrono::seconds{59});
    CHECK(stage.stage.sent() == "");
    stage.finish(iq);
    stage.stage.pass(std::chrono::minutes{2});
    CHECK(stage.stage.sent() == "");
}

TEST_CASE("catch-up: what does not fit waits in the archive") {
    CatchUpStage stage;
    stage.stage.login();
    auto iq = stage.asked();
    SUBCASE("more messages than a hundred") {
        for (int i = 0; i < 150; ++i) stage.live("1" + std::to_string(i));
    }
    SUBCASE("texts of more than a MiB") {
        stage.stage.says(CatchUpStage::live_xml("10"));
        for (int i = 1; i < 12; ++i)
            stage.stage.says("<message from='juliet@example.org/b'><body>" +
                             std::string(100'000, 'x') +
                             "</body><stanza-id xmlns='urn:xmpp:sid:0' by='" + account + "' id='1" +
                             std::to_string(i) + "'/></message>");
    }
    stage.result(iq, "10");
    stage.finish(iq);
    CHECK(stage.take() == "10*");
    iq = stage.asked(); // once more
    CHECK(CatchUpStage::after(iq) == "10");
    for (int i = 1; i < 150; ++i) stage.result(iq, "1" + std::to_string(i));
    stage.finish(iq);
    const auto seen = stage.take();
    CHECK(seen.starts_with("11* 12*"));
    CHECK(stage.position.id == "1149");
    CHECK(stage.missed->caught_up());
}

TEST_CASE("catch-up: a room is caught up with when it has let us in") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.take();
    stage.room_says("0"); // not there yet
    stage.self_presence({}, "201");
    CHECK(stage.stage.sent() == "");
    stage.self_presence();
    auto iq = stage.asked();
    CHECK(iq.attribute("to") == room);
    CHECK(CatchUpStage::after(iq) == "0");
    stage.self_presence(); // a change of role
    CHECK(stage.stage.sent() == "");
    stage.room_says("1", "groupchat", room + "/juliet",
                    "<delay xmlns='urn:xmpp:delay' from='" + room +
                        "' stamp='2025-01-01T00:00:00Z'/>");
    stage.room_says("2");
    stage.result(iq, "1");
    stage.finish(iq);
    // Its history made it look once more.
    stage.answer({"2"});
    CHECK(stage.take() == "room/1* room/2* [0]");
    stage.room_says("3", "chat"); // a private message is in no archive
    stage.room_says("4", "groupchat", "room@muc.evil.test/juliet");
    CHECK(stage.take() == "");
    stage.room_says("5");
    CHECK(stage.take() == "room/5*");
    CHECK(stage.missed->caught_up(Jid{room}));

    stage.self_presence("unavailable");
    CHECK_FALSE(stage.missed->caught_up(Jid{room}));
    stage.room_says("6");
    CHECK(stage.take() == "");
    stage.self_presence();
    CHECK(CatchUpStage::after(stage.asked()) == "5");
    stage.missed->forget(Jid{room});
    stage.self_presence();
    CHECK(stage.stage.sent() == "");
}

TEST_CASE("catch-up: what waits for a room is forgotten when we leave it") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence();
    CHECK(CatchUpStage::after(stage.asked()) == "0");
    stage.room_says("2");
    stage.self_presence("unavailable");
    stage.self_presence();
    const auto iq = stage.asked();
    stage.result(iq, "1");
    stage.result(iq, "2");
    stage.finish(iq);
    CHECK(stage.take() == "[0] room/1 room/2 [2]");
}

TEST_CASE("catch-up: what an occupant says of its own presence begins and ends nothing") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence();
    stage.answer({});
    CHECK(stage.missed->caught_up(Jid{room}));
    stage.self_presence({}, "110", "mallory");
    CHECK(stage.stage.sent() == "");
    stage.self_presence("unavailable", "110", "mallory");
    CHECK(stage.missed->caught_up(Jid{room}));
    stage.renamed("mallory", "romeo2");
    stage.self_presence("unavailable", "110", "romeo2");
    CHECK(stage.missed->caught_up(Jid{room}));
    stage.renamed("romeo", "romeo2"); // another nick of ours
    stage.self_presence({}, "110", "romeo2");
    CHECK(stage.stage.sent() == "");
    stage.self_presence("unavailable", "110", "romeo2");
    CHECK_FALSE(stage.missed->caught_up(Jid{room}));
}

TEST_CASE("catch-up: who we are in a room is what was asked for, or what the room made of it") {
    headstock::MucRoom in{room, "romeo"};
    CatchUpStage stage;
    stage.missed->follow(Jid{room}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence({}, "110", "mallory"); // nobody has said that we join
    CHECK(stage.stage.sent() == "");
    stage.stage.client().register_handler(in);
    stage.stage.sent();
    SUBCASE("another one before ours") {
        stage.self_presence({}, "110", "mallory");
        CHECK(stage.stage.sent() == "");
        stage.self_presence();
        stage.finish(stage.asked());
        stage.self_presence("unavailable", "110", "mallory");
        CHECK(stage.missed->caught_up(Jid{room}));
        stage.self_presence("unavailable");
        CHECK_FALSE(stage.missed->caught_up(Jid{room}));
    }
    SUBCASE("an assigned one, and another one behind the first message") {
        stage.self_presence({}, "110", "romeo-1");
        CHECK(stage.stage.sent() == "");
        stage.room_says("1");
        stage.finish(stage.asked()); // the MucRoom is sure of it now
        stage.self_presence({}, "110", "mallory");
        stage.self_presence("unavailable", "110", "mallory");
        CHECK(stage.missed->caught_up(Jid{room}));
        stage.self_presence("unavailable", "110", "romeo-1");
        CHECK_FALSE(stage.missed->caught_up(Jid{room}));
    }
}

TEST_CASE("catch-up: an assigned nick is ours, until the room speaks the last of several") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence({}, "110", "mallory");
    auto iq = stage.asked();
    stage.self_presence({}, "110", "romeo-1");
    stage.finish(iq);
    stage.answer({}); // once more, now that we are in
    stage.room_says("1");
    stage.self_presence({}, "110", "mallory");
    CHECK(stage.stage.sent() == "");
    stage.self_presence("unavailable", "110", "mallory");
    CHECK(stage.missed->caught_up(Jid{room}));
    stage.self_presence("unavailable", "110", "romeo-1");
    CHECK_FALSE(stage.missed->caught_up(Jid{room}));
}

TEST_CASE("catch-up: a room that is followed anew is left as it was entered") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence();
    stage.answer({});
    stage.missed->follow(Jid{room}, {"0", {}});
    stage.answer({});
    CHECK(stage.missed->caught_up(Jid{room}));
    stage.self_presence("unavailable");
    CHECK_FALSE(stage.missed->caught_up(Jid{room}));
}

TEST_CASE("catch-up: a session that ends while it catches up loses nothing") {
    CatchUpStage stage;
    stage.stage.login();
    auto iq = stage.asked();
    stage.live("3");
    stage.result(iq, "1");
    stage.stage.lose();
    CHECK(stage.take() == "1 [failed]");
    CHECK_FALSE(stage.last.again);
    stage.stage.come_back();
    iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "1");
    stage.result(iq, "2");
    stage.result(iq, "3");
    stage.finish(iq);
    CHECK(stage.take() == "2 3 [2]");
}

TEST_CASE("catch-up: a session that is resumed goes on") {
    CatchUpStage::stage_resumes = true;
    CatchUpStage stage;
    CatchUpStage::stage_resumes = false;
    stage.stage.login();
    const auto iq = stage.asked();
    stage.result(iq, "1");
    stage.stage.lose();
    stage.stage.come_back();
    CHECK(stage.stage.sent() == "");
    stage.result(iq, "2");
    stage.finish(iq);
    stage.live("3");
    CHECK(stage.take() == "1 2 [2] 3*");
}

TEST_CASE("catch-up: another account's position is not ours") {
    CatchUpStage stage;
    stage.stage.login();
    stage.answer({"1"});
    stage.stage.client().unregister_handler(*stage.missed);
    headstock::testing::Stage other{headstock::testing::Stage::in_clear(), 2, "juliet@example.org"};
    Archive archive;
    other.client().register_handler(archive);
    other.client().register_handler(*stage.missed);
    other.login();
    CHECK(stage.missed->position().id == "");
}

TEST_CASE("catch-up: our account is followed by its address too") {
    CatchUpStage stage;
    stage.missed->forget();
    stage.missed->follow(Jid{account}, {"5", {}});
    stage.stage.login();
    const auto iq = stage.asked();
    CHECK_FALSE(iq.has_attribute("to"));
    CHECK(CatchUpStage::after(iq) == "5");
    stage.finish(iq);
    stage.live("6");
    CHECK(stage.take() == "[0] 6*");
    stage.missed->forget(Jid{account});
    stage.live("7");
    CHECK(stage.take() == "");
}

TEST_CASE("catch-up: handlers of its events may end it, or what it follows") {
    enum class Ends { at_message, at_move, following };
    for (const auto ends : {Ends::at_message, Ends::at_move, Ends::following}) {
        for (const bool waiting : {false, true}) {
            CAPTURE(ends);
            CAPTURE(waiting);
            CatchUpStage stage;
            const auto destroy = [&] {
                stage.stage.client().unregister_handler(*stage.missed);
                stage.missed.reset();
            };
            if (ends == Ends::at_message) stage.on_message = destroy;
            if (ends == Ends::at_move) stage.on_move = destroy;
            if (ends == Ends::following) stage.on_message = [&] { stage.missed->forget(); };
            stage.stage.login();
            const auto iq = stage.asked();
            stage.live("2");
            stage.live("3");
            if (!waiting) stage.result(iq, "1");
            stage.finish(iq);
            CHECK(stage.take() == (waiting ? "2*" : "1"));
            CHECK((stage.missed == nullptr) == (ends != Ends::following));
            stage.live("4");
            CHECK(stage.take() == "");
        }
    }
}

TEST_CASE("catch-up: handlers of its events may destroy the client") {
    enum class At { message, move, end };
    for (const auto at : {At::message, At::move, At::end}) {
        for (const bool waiting : {false, true}) {
            CAPTURE(at);
            CAPTURE(waiting);
            support::Stage stage;
            Archive archive;
            CatchUp missed{archive};
            missed.follow({}, {"0", {}});
            stage.client->register_handler(archive);
            stage.client->register_handler(missed);
            int events = 0;
            const auto destroy = [&](At here) {
                if (here != at) return;
                ++events;
                stage.client.reset();
            };
            stage.client->on_event(
                [&](const headstock::FollowedMessage&) { destroy(At::message); });
            stage.client->on_event(
                [&](const headstock::ArchivePositionChanged&) { destroy(At::move); });
            stage.client->on_event([&](const CatchUpEnded&) { destroy(At::end); });
            const auto iq = Element::parse(stage.take()).value();
            const auto account_live = [](const std::string& id) {
                return "<message><stanza-id xmlns='urn:xmpp:sid:0' by='romeo@e.test' id='" + id +
                       "'/></message>";
            };
            if (waiting) {
                stage.says(account_live("1") + account_live("2"));
            } else {
                stage.says("<message><result xmlns='urn:xmpp:mam:2' id='1' queryid='" +
                           std::string{iq.child("query", ns::archive).attribute("queryid")} +
                           "'/></message>");
            }
            if (stage.client)
                stage.says("<iq type='result' id='" + std::string{iq.attribute("id")} +
                           "'><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>");
            CHECK(events == 1);
            CHECK_FALSE(stage.client);
            CHECK(missed.caught_up() == (at == At::end || waiting));
        }
    }
}

TEST_CASE("catch-up: without its archive it says so") {
    CatchUpStage stage;
    {
        Archive none;
        stage.stage.client().unregister_handler(*stage.missed);
        stage.missed = std::make_unique<CatchUp>(none);
    }
    stage.missed->follow({}, {"0", {}});
    stage.stage.client().register_handler(*stage.missed);
    stage.stage.login();
    CHECK(stage.take() == "[failed]");
    CHECK(stage.last.failure->code == headstock::Errc::session_over);
}

TEST_CASE("catch-up: a room that had put us out unseen is caught up with when we are in again") {
    CatchUpStage stage;
    stage.missed->follow(Jid{room + "/romeo"}, {"0", {}});
    stage.stage.login();
    stage.answer({});
    stage.self_presence();
    stage.answer({"1"});
    stage.take();
    stage.self_presence(); // the room has forgotten us, and MucRoom has asked to come in again
    CHECK(stage.stage.sent() == "");
    headstock::MucRoom in{room, "romeo"};
    stage.stage.client().emit_now(headstock::RoomJoined{in, "romeo", true});
    const auto iq = stage.asked();
    CHECK(CatchUpStage::after(iq) == "1");
    stage.result(iq, "2");
    stage.finish(iq);
    CHECK(stage.take() == "room/2 [1]");
}

TEST_CASE("catch-up: no position is told of what is followed from elsewhere by then") {
    CatchUpStage stage;
    stage.stage.login();
    const auto iq = stage.asked();
    stage.on_message = [&] {
        stage.on_message = {};
        stage.missed->follow({}, {"7", {}});
    };
    stage.result(iq, "1");
    CHECK(stage.take() == "1");
    CHECK(stage.position.id.empty());
    CHECK(stage.missed->position().id == "7");
}

TEST_CASE("catch-up: of several bodies the one in the client's language") {
    auto how = coming_back();
    how.language = "de";
    CatchUpStage scene{{"0", {}}, how};
    scene.stage.login();
    scene.answer({});
    std::string body;
    scene.stage.client().on_event(
        [&](const headstock::FollowedMessage& event) { body += event.item.message->body; });
    const auto said = [](const std::string& id) {
        return "<message type='chat' from='juliet@example.org/b'><body>hi</body><body "
               "xml:lang='de'>hallo</body><stanza-id xmlns='urn:xmpp:sid:0' by='" +
               std::string{account} + "' id='" + id + "'/></message>";
    };
    scene.say(said("1"));
    CHECK(body == "hallo");
    auto copy = said("2");
    copy.insert(copy.find(' '), " xmlns='jabber:client'");
    scene.say("<message from='" + std::string{account} +
              "'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" + copy +
              "</forwarded></sent></message>");
    CHECK(body == "hallohallo");
}
