// XEP-0313: what is asked of an archive, page by page, and what counts as its result.
#include "headstock/extensions/archive.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns = headstock::ns;
using headstock::Archive, headstock::ArchivedMessage, headstock::ArchiveEnd,
    headstock::ArchiveOrder, headstock::ArchiveQuery, headstock::Condition, headstock::Element,
    headstock::Errc, headstock::Jid;
using support::Stage;

namespace {

const std::string room = "room@muc.e.test";
const std::string fin_ns = "xmlns='urn:xmpp:mam:2'";

// One page query, as the server sees it.
struct PageAsked {
    Element iq{};
    std::string id() const { return std::string{iq.attribute("id")}; }
    const Element& query() const { return iq.child("query", ns::archive); }
    std::string query_id() const { return std::string{query().attribute("queryid")}; }
    std::string page(const char* name) const {
        const auto& child = query().child("set", ns::result_set).child(name);
        return child ? "=" + std::string{child.text()} : "";
    }
    std::string field(std::string_view var) const {
        for (const auto& field : query().child("x", ns::data_forms).children("field")) {
            if (field.attribute("var") == var) return std::string{field.child("value").text()};
        }
        return "-";
    }
};

std::string page_set(const std::string& first, const std::string& last) {
    return "<set xmlns='http://jabber.org/protocol/rsm'><first>" + first + "</first><last>" + last +
           "</last></set>";
}

struct ArchiveStage : Stage {
    explicit ArchiveStage(headstock::Options options = support::in_clear())
        : Stage{std::move(options)} {
        client->register_handler(*archive);
    }

    auto noting_results() {
        return [this](const ArchivedMessage& item) {
            seen.add(item.id + ":" + (item.message ? item.message->body : item.stanza.xml()));
        };
    }
    auto noting_end() {
        return [this](const ArchiveEnd& end) {
            last = end;
            seen.add("[" + end.message() + "]");
        };
    }
    headstock::Delivery ask(ArchiveQuery query) {
        return archive->ask(std::move(query), noting_results(), noting_end());
    }
    PageAsked asked() {
        auto read = Element::parse(take());
        return {read ? *std::move(read) : Element{}};
    }
    // A result as our own account, or `from`, sends it.
    void
    result(const PageAsked& page,
           const std::string& id,
           const std::string& inside = "<message xmlns='jabber:client' from='juliet@e.test/b' "
                                       "to='romeo@e.test' type='chat'><body>hi</body></message>",
           const std::string& from = {}) {
        says(result_xml(page.query_id(), id, inside, from));
    }
    static std::string result_xml(const std::string& query,
                                  const std::string& id,
                                  const std::string& inside,
                                  const std::string& from) {
        return "<message" + (from.empty() ? "" : " from='" + from + "'") + "><result " + fin_ns +
               " queryid='" + query + "' id='" + id +
               "'><forwarded xmlns='urn:xmpp:forward:0'>"
               "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>" +
               inside + "</forwarded></result></message>";
    }
    void results(const PageAsked& page, std::initializer_list<const char*> ids) {
        for (const auto* id : ids) result(page, id);
    }
    void answer(const PageAsked& page, const std::string& payload, const char* type = "result") {
        const auto to = page.iq.attribute("to");
        says("<iq type='" + std::string{type} + "' id='" + page.id() + "'" +
             (to.empty() ? "" : " from='" + std::string{to} + "'") + ">" + payload + "</iq>");
    }
    void finish(const PageAsked& page, const std::string& set = {}, bool complete = false) {
        answer(page,
               "<fin " + fin_ns + (complete ? " complete='true'" : "") + ">" + set + "</fin>");
    }
    void refuse(const PageAsked& page, const std::string& condition) {
        answer(page,
               "<error type='cancel'><" + condition +
                   " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
               "error");
    }
    void offer_form(const PageAsked& question, std::initializer_list<const char*> fields) {
        std::string form;
        for (const auto* field : fields) form += "<field var='" + std::string{field} + "'/>";
        answer(question, "<query " + fin_ns + "><x xmlns='jabber:x:data' type='form'>" + form +
                             "</x></query>");
    }
    void offer_extended(const PageAsked& question, bool extended) {
        answer(question, std::string{"<query xmlns='http://jabber.org/protocol/disco#info'>"} +
                             (extended ? "<feature var='urn:xmpp:mam:2#extended'/>" : "") +
                             "</query>");
    }

    std::unique_ptr<Archive> archive = std::make_unique<Archive>();
    ArchiveEnd last;
};

} // namespace

TEST_CASE("archive: a query gives results one at a time, and asks for the next page behind them") {
    ArchiveStage stage;
    ArchiveQuery query{.page_size = 2};
    const auto sent = stage.ask(query);
    CHECK(sent);
    auto page = stage.asked();
    CHECK(page.iq.attribute("type") == "set");
    CHECK_FALSE(page.iq.has_attribute("to"));
    CHECK(page.query_id() == sent.id);
    CHECK(page.query_id().size() > 20); // nobody guesses it
    CHECK(page.page("max") == "=2");
    CHECK(page.page("after") == "");
    CHECK(page.page("before") == "");
    CHECK_FALSE(page.query().child("x", ns::data_forms));
    stage.result(page, "1");
    CHECK(stage.seen.take() == "1:hi");
    stage.result(page, "2");
    CHECK(stage.take() == ""); // not before the page has ended
    stage.finish(page, page_set("1", "2"));
    CHECK(stage.seen.take() == "2:hi");
    page = stage.asked();
    CHECK(page.page("after") == "=2");
    CHECK(page.query_id() == sent.id);
    stage.result(page, "3");
    stage.finish(page, page_set("3", "3"), true);
    CHECK(stage.seen.take() == "3:hi [3 messages, and no more]");
    CHECK(stage.last.complete);
    CHECK(stage.last.results == 3);
    CHECK(stage.last.first_id == "1");
    CHECK(stage.last.last_id == "3");
    CHECK(stage.last.go_on_at == "3");
    CHECK(stage.take() == "");
    CHECK_FALSE(stage.archive->cancel(sent.id));
}

TEST_CASE("archive: a result is a message with its archive id and time") {
    ArchiveStage stage;
    std::vector<ArchivedMessage> got;
    stage.archive->ask({}, [&](const ArchivedMessage& item) { got.push_back(item); }, {});
    const auto page = stage.asked();
    stage.result(page, "a");
    stage.result(page, "b", "<presence xmlns='jabber:client'/>");
    stage.result(page, "c", "");
    stage.result(page, "d", "<message xmlns='jabber:client' from='@'/>");
    stage.says("<message><result " + fin_ns + " queryid='" + page.query_id() + "'/></message>");
    stage.finish(page, {}, true);
    REQUIRE(got.size() == 5);
    const auto stamp = headstock::parse_date_time("2010-07-10T23:08:25Z");
    CHECK(got[0].stamp == stamp);
    REQUIRE(got[0].message);
    CHECK(got[0].message->body == "hi");
    CHECK(got[0].message->from == Jid{"juliet@e.test/b"});
    CHECK(got[0].message->delayed == stamp);
    CHECK_FALSE(got[0].stanza);
    CHECK_FALSE(got[1].message);
    CHECK(got[1].stanza.local_name() == "presence");
    CHECK(got[2].id == "c"); // taken out of the archive
    CHECK_FALSE(got[2].message);
    CHECK_FALSE(got[2].stanza);
    CHECK_FALSE(got[3].message); // an address that is none
    CHECK(got[3].stanza.local_name() == "message");
    CHECK(got[4].id == "");
    CHECK_FALSE(got[4].stamp);
}

TEST_CASE("archive: only results of the query count, from the archive that was asked") {
    ArchiveStage stage;
    const std::string message = "<message xmlns='jabber:client' from='" + room +
                                "/juliet' type='groupchat'><body>hi</body></message>";
    bool of_room = false;
    ArchiveQuery query;
    SUBCASE("ours") {}
    SUBCASE("a room's") {
        query.of = Jid{room};
        of_room = true;
    }
    stage.ask(query);
    const auto page = stage.asked();
    CHECK(page.iq.attribute("to") == (of_room ? room : ""));
    const auto id = page.query_id();
    struct Row {
        std::string query;
        std::string from;
        bool ours;  ///< Counts for a query of our own archive.
        bool rooms; ///< Counts for one of the room's.
    };
    for (const auto& row : {
             Row{id, "", true, false},
             Row{id, "romeo@e.test", true, false},
             Row{id, "romeo@e.test/r", false, false},
             Row{id, "romeo@e.test/other", false, false},
             Row{id, "e.test", false, false},
             Row{id, room, false, true},
             Row{id, room + "/juliet", false, false},
             Row{id, "muc.e.test", false, false},
             Row{id, "juliet@evil.test", false, false},
             Row{id + "x", "", false, false},
             Row{id + "x", room, false, false},
             Row{"", "", false, false},
             Row{"", room, false, false},
         }) {
        CAPTURE(row.query);
        CAPTURE(row.from);
        stage.says(ArchiveStage::result_xml(row.query, "1", message, row.from));
        CHECK(stage.seen.take() == ((of_room ? row.rooms : row.ours) ? "1:hi" : ""));
    }
}

TEST_CASE("archive: a room's result that was asked for is not told as dropped, and others are") {
    ArchiveStage stage;
    stage.keep_log();
    stage.ask({.of = Jid{room}});
    const auto page = stage.asked();
    const auto dropped = [&](const std::string& query, const std::string& from) {
        stage.log.clear();
        stage.says(ArchiveStage::result_xml(query, "1", "<message xmlns='jabber:client'/>", from));
        CHECK(stage.log.find("returned") == std::string::npos);
        return stage.log.find("who may not send it") != std::string::npos;
    };
    CHECK_FALSE(dropped(page.query_id(), room));
    CHECK(dropped(page.query_id(), "evil@x"));
    CHECK(dropped(page.query_id(), room + "/juliet"));
    CHECK(dropped("other", room));
    stage.finish(page, {}, true);
    CHECK(dropped(page.query_id(), room)); // the query is over

    stage.ask({.of = Jid{room}, .limit = 1});
    const auto limited = stage.asked();
    CHECK_FALSE(dropped(limited.query_id(), room));
    CHECK_FALSE(dropped(limited.query_id(), room)); // one too many, but what was asked for
    stage.client->unregister_handler(*stage.archive);
    stage.client->on("message", stage.noting("message")); // or nobody looks at it
    CHECK(dropped(limited.query_id(), room));

    stage.client->register_handler(*stage.archive);
    stage.ask({});
    CHECK_FALSE(dropped(stage.asked().query_id(), "romeo@e.test")); // ours may
}

TEST_CASE("archive: a room cannot put words into the mouth of somebody who is not in it") {
    ArchiveStage stage;
    std::vector<ArchivedMessage> got;
    stage.archive->ask({.of = Jid{room}}, [&](const ArchivedMessage& item) { got.push_back(item); },
                       {});
    const auto page = stage.asked();
    for (const auto* from : {"from='room@muc.e.test/juliet'", "from='room@muc.e.test'",
                             "from='juliet@e.test'", "from='room@muc.evil.test/juliet'", ""})
        stage.result(page, "1",
                     "<message xmlns='jabber:client' type='groupchat' " + std::string{from} +
                         "><body>hi</body></message>",
                     room);
    REQUIRE(got.size() == 5);
    CHECK(got[0].message);
    CHECK(got[1].message);
    for (std::size_t i = 2; i < 5; ++i) {
        CHECK_FALSE(got[i].message);
        CHECK(got[i].stanza.child("body").text() == "hi");
    }
}

TEST_CASE("archive: nothing counts before the query, behind its end or its cancellation") {
    ArchiveStage stage;
    const auto sent = stage.ask({});
    auto page = stage.asked();
    stage.result(page, "1");
    CHECK(stage.archive->cancel(sent.id));
    CHECK_FALSE(stage.archive->cancel(sent.id));
    stage.result(page, "2");
    stage.finish(page, {}, true);
    CHECK(stage.seen.take() == "1:hi");
    CHECK(stage.take() == "");

    stage.ask({});
    page = stage.asked();
    stage.finish(page, {}, true);
    stage.result(page, "3");
    CHECK(stage.seen.take() == "[0 messages, and no more]");
    CHECK_FALSE(stage.archive->cancel("unknown"));
    CHECK_FALSE(stage.archive->pause("unknown"));
    CHECK_FALSE(stage.archive->go_on("unknown"));
}

TEST_CASE("archive: a query is cancelled by the function of a result") {
    ArchiveStage stage;
    std::string id;
    const auto sent = stage.archive->ask(
        {},
        [&](const ArchivedMessage& item) {
            stage.seen.add(item.id);
            CHECK(stage.archive->cancel(id));
        },
        stage.noting_end());
    id = sent.id;
    const auto page = stage.asked();
    stage.results(page, {"1", "2"});
    stage.finish(page, {}, true);
    CHECK(stage.seen.take() == "1");
}

TEST_CASE("archive: several queries at a time do not mix") {
    ArchiveStage stage;
    stage.ask({});
    const auto one = stage.asked();
    stage.ask({.of = Jid{room + "/nick"}}); // of the room, whatever nick is given
    const auto other = stage.asked();
    CHECK(other.iq.attribute("to") == room);
    stage.result(other, "x", "<message xmlns='jabber:client' from='room@muc.e.test/a'/>", room);
    stage.result(one, "y");
    stage.result(one, "z", "", room); // the id of one, the sender of the other
    stage.finish(other, {}, true);
    stage.finish(one, {}, true);
    CHECK(stage.seen.take() == "x: y:hi [1 message, and no more] [1 message, and no more]");
}

TEST_CASE("archive: what is asked for stands in the form") {
    ArchiveStage stage;
    stage.ask({.with = Jid{"juliet@e.test"},
               .start = headstock::parse_date_time("2010-06-07T00:00:00Z"),
               .end = headstock::parse_date_time("2010-07-07T13:23:54Z"),
               .after_id = "a",
               .page_size = 0});
    const auto page = stage.asked();
    CHECK(page.field("FORM_TYPE") == "urn:xmpp:mam:2");
    CHECK(page.field("with") == "juliet@e.test");
    CHECK(page.field("start") == "2010-06-07T00:00:00Z");
    CHECK(page.field("end") == "2010-07-07T13:23:54Z");
    CHECK(page.field("after-id") == "-"); // RSM does it, on every server
    CHECK(page.page("after") == "=a");
    CHECK(page.page("max") == "=1");
    CHECK(page.query().child("x", ns::data_forms).attribute("type") == "submit");
}

TEST_CASE("archive: fields of some archives are named only where their form has them") {
    ArchiveStage stage;
    ArchiveQuery query{.before_id = "b", .ids = {"1", "2"}};
    query.fields.push_back({.var = "withtext", .values = {"words"}});

    SUBCASE("it has them, and is asked once") {
        stage.ask(query);
        const auto form = stage.asked();
        CHECK(form.iq.attribute("type") == "get");
        CHECK(form.iq.attribute("to") == "romeo@e.test");
        stage.offer_form(form, {"with", "start", "end", "before-id", "ids", "withtext"});
        for (int i = 0; i < 2; ++i) {
            const auto page = stage.asked();
            CHECK(page.iq.attribute("type") == "set");
            CHECK(page.field("before-id") == "b");
            CHECK(page.field("ids") == "1");
            CHECK(page.field("withtext") == "words");
            if (i == 0) stage.ask(query);
        }
    }
    SUBCASE("it has one of them") {
        stage.ask(query);
        stage.offer_form(stage.asked(), {"with", "start", "end", "ids", "withtext"});
        CHECK(stage.take() == "");
        REQUIRE(stage.last.failure);
        CHECK(stage.last.failure->code == Errc::invalid_option);
        CHECK(stage.last.failure->text.find("\"before-id\"") != std::string::npos);
        const auto again = stage.ask(query); // now that it is known
        CHECK_FALSE(again);
        CHECK(again.error.code == Errc::invalid_option);
    }
    SUBCASE("it does not say") {
        stage.ask(query);
        stage.refuse(stage.asked(), "feature-not-implemented");
        REQUIRE(stage.last.refusal);
        CHECK(stage.last.refusal->condition == Condition::feature_not_implemented);
        CHECK(stage.last.message() == "feature-not-implemented (cancel)");
    }
    SUBCASE("the query is cancelled meanwhile") {
        const auto sent = stage.ask(query);
        const auto form = stage.asked();
        stage.archive->cancel(sent.id);
        stage.offer_form(form, {"ids"});
        CHECK(stage.take() == "");
        CHECK(stage.seen.take() == "");
    }
}

TEST_CASE("archive: what an archive can do is asked anew in the next session") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    ArchiveStage stage{options};
    const ArchiveQuery query{.ids = {"1"}};
    stage.ask(query);
    stage.offer_form(stage.asked(), {"ids"});
    CHECK(stage.asked().field("ids") == "1");
    stage.lose();
    stage.come_back();
    stage.take();
    stage.ask(query);
    CHECK(stage.asked().iq.attribute("type") == "get");
}

TEST_CASE(
    "archive: of a form a hundred fields are known, with names that are no longer than names") {
    ArchiveStage stage;
    std::string form;
    for (int i = 100; i < 250; ++i) form += "<field var='f" + std::to_string(i) + "'/>";
    form = "<field var='" + std::string(300, 'x') + "'/>" + form;
    const auto ask_by = [&](const std::string& field) {
        ArchiveQuery query;
        query.fields.push_back({.var = field, .values = {"1"}});
        return stage.ask(query);
    };
    ask_by("f199");
    stage.answer(stage.asked(), "<query " + fin_ns + "><x xmlns='jabber:x:data' type='form'>" +
                                    form + "</x></query>");
    CHECK(stage.asked().field("f199") == "1");
    CHECK_FALSE(ask_by("f200"));
    CHECK_FALSE(ask_by(std::string(300, 'x')));
}

TEST_CASE("archive: what is known of archives is forgotten when they are more than a hundred") {
    ArchiveStage stage;
    const auto asks_first = [&](int i) {
        stage.ask({.of = Jid{"r" + std::to_string(i) + "@muc.e.test"}, .ids = {"1"}});
        const auto asked = stage.asked();
        const bool first = asked.iq.attribute("type") == "get";
        if (first) stage.offer_form(asked, {"ids"});
        stage.take();
        return first;
    };
    for (int i = 0; i < 100; ++i) CHECK(asks_first(i));
    CHECK_FALSE(asks_first(0));
    CHECK(asks_first(100));
    CHECK(asks_first(0));
}

TEST_CASE("archive: newest first, where the archive turns its pages") {
    ArchiveStage stage;
    stage.ask({.before_id = "9", .order = ArchiveOrder::newest_first, .page_size = 2});
    stage.offer_extended(stage.asked(), true);
    auto page = stage.asked();
    CHECK(page.query().child("flip-page"));
    CHECK(page.page("before") == "=9");
    CHECK(page.page("after") == "");
    CHECK_FALSE(page.query().child("x", ns::data_forms));
    stage.results(page, {"8", "7"});
    CHECK(stage.seen.take() == "8:hi 7:hi"); // as they come
    stage.finish(page, page_set("8", "7"));  // turned here too, which not all archives do
    page = stage.asked();
    CHECK(page.page("before") == "=7");
    stage.result(page, "6");
    stage.finish(page, page_set("6", "6"), true);
    CHECK(stage.seen.take() == "6:hi [3 messages, and no more]");
    CHECK(stage.last.first_id == "8");
    CHECK(stage.last.go_on_at == "6");
    stage.ask({.order = ArchiveOrder::newest_first});
    CHECK(stage.asked().page("before") == "="); // the last page, and nothing is looked up again
}

TEST_CASE("archive: newest first, where the archive does not turn its pages") {
    ArchiveStage stage;
    stage.ask({.order = ArchiveOrder::newest_first, .page_size = 3});
    SUBCASE("it says so") { stage.offer_extended(stage.asked(), false); }
    SUBCASE("it says nothing") { stage.refuse(stage.asked(), "service-unavailable"); }
    auto page = stage.asked();
    CHECK_FALSE(page.query().child("flip-page"));
    stage.results(page, {"7", "8", "9"});
    CHECK(stage.seen.take() == "");
    stage.finish(page, page_set("7", "9"));
    CHECK(stage.seen.take() == "9:hi 8:hi 7:hi");
    page = stage.asked();
    CHECK(page.page("before") == "=7");
    stage.results(page, {"5", "6"});
    stage.finish(page, page_set("5", "6"), true);
    CHECK(stage.seen.take() == "6:hi 5:hi [5 messages, and no more]");
}

TEST_CASE("archive: a page that is to be turned is no longer than was asked") {
    ArchiveStage stage;
    stage.ask({.order = ArchiveOrder::newest_first, .page_size = 2});
    stage.offer_extended(stage.asked(), false);
    const auto page = stage.asked();
    stage.results(page, {"1", "2", "3", "4"});
    CHECK(stage.last.failure->code == Errc::policy_violation);
    CHECK(stage.last.results == 0);
    stage.finish(page, page_set("1", "4"), true);
    CHECK(stage.take() == "");
}

TEST_CASE("archive: unregistered while a page comes it is no whole one") {
    ArchiveStage stage;
    stage.ask({});
    const auto page = stage.asked();
    stage.result(page, "1");
    stage.client->unregister_handler(*stage.archive);
    stage.results(page, {"2", "3"});
    stage.finish(page, page_set("1", "3"), true);
    CHECK(stage.last.failure.value().code == Errc::session_over);
    CHECK(stage.last.last_id == "1");
    CHECK_FALSE(stage.last.complete);
}

TEST_CASE("archive: a paused query is told its end when another client is served, or none") {
    ArchiveStage stage;
    const auto sent = stage.ask({});
    stage.archive->pause(sent.id);
    stage.finish(stage.asked(), page_set("1", "3"));
    stage.seen.take();
    ArchiveStage other;
    SUBCASE("another client") {
        stage.client->unregister_handler(*stage.archive);
        other.client->register_handler(*stage.archive);
        CHECK(stage.seen.take() == "[the Archive serves another client by now]");
        CHECK_FALSE(stage.archive->go_on(sent.id));
        CHECK(other.take() == "");
        other.client->unregister_handler(*stage.archive);
    }
    SUBCASE("none") {
        stage.client->unregister_handler(*stage.archive);
        stage.archive.reset();
        CHECK(stage.seen.take() == "[the Archive was destroyed]");
    }
}

TEST_CASE("archive: a page that is to be turned is no longer than the limit") {
    ArchiveStage stage;
    stage.ask({.order = ArchiveOrder::newest_first, .limit = 1});
    stage.offer_extended(stage.asked(), false);
    const auto page = stage.asked();
    CHECK(page.page("max") == "=1");
    stage.results(page, {"8", "9"}); // 8 is not the newest
    REQUIRE(stage.last.failure);
    CHECK(stage.last.failure->code == Errc::policy_violation);
    CHECK(stage.last.results == 0);
    CHECK(stage.seen.take().find("8:hi") == std::string::npos);
}

TEST_CASE("archive: a turned page stops where its function ends the query") {
    ArchiveStage stage;
    std::string id;
    bool destroy = false;
    SUBCASE("by cancelling") {}
    SUBCASE("by destroying the archive") { destroy = true; }
    const auto sent = stage.archive->ask(
        {.order = ArchiveOrder::newest_first},
        [&](const ArchivedMessage& item) {
            stage.seen.add(item.id);
            if (item.id != "2") return;
            if (destroy) {
                stage.client->unregister_handler(*stage.archive);
                stage.archive.reset();
            } else {
                stage.archive->cancel(id);
            }
        },
        stage.noting_end());
    id = sent.id;
    stage.offer_extended(stage.asked(), false);
    const auto page = stage.asked();
    stage.results(page, {"1", "2", "3"});
    stage.finish(page, page_set("1", "3"));
    CHECK(stage.seen.take() == (destroy ? "3 2 [the Archive was destroyed]" : "3 2"));
    CHECK(stage.take() == "");
}

TEST_CASE("archive: no more than the limit, and from where to go on") {
    ArchiveStage stage;
    stage.ask({.page_size = 2, .limit = 3});
    auto page = stage.asked();
    stage.results(page, {"1", "2"});
    stage.finish(page, page_set("1", "2"));
    page = stage.asked();
    CHECK(page.page("max") == "=1");
    stage.results(page, {"3", "4"}); // more than was asked
    stage.finish(page, page_set("3", "4"), true);
    CHECK(stage.seen.take() == "1:hi 2:hi 3:hi [3 messages]");
    CHECK_FALSE(stage.last.complete);
    CHECK(stage.last.go_on_at == "3");
    CHECK(stage.take() == "");
    stage.ask({.after_id = "0", .go_on_at = stage.last.go_on_at});
    CHECK(stage.asked().page("after") == "=3");
}

TEST_CASE("archive: a program pauses between pages") {
    ArchiveStage stage;
    const auto sent = stage.ask({.page_size = 1});
    auto page = stage.asked();
    CHECK(stage.archive->pause(sent.id));
    stage.result(page, "1"); // it was asked for
    stage.finish(page, page_set("1", "1"));
    stage.result(page, "x"); // no page is awaited
    CHECK(stage.seen.take() == "1:hi");
    CHECK(stage.take() == "");
    CHECK(stage.archive->go_on(sent.id));
    page = stage.asked();
    CHECK(page.page("after") == "=1");
    CHECK(stage.archive->go_on(sent.id)); // nothing is asked twice
    CHECK(stage.take() == "");
    stage.archive->pause(sent.id);
    stage.archive->go_on(sent.id);
    CHECK(stage.take() == "");
    stage.finish(page, {}, true);
    CHECK(stage.seen.take() == "[1 message, and no more]");
}

TEST_CASE("archive: a pause that ends within a turned page asks once") {
    ArchiveStage stage;
    std::string id;
    const auto sent = stage.archive->ask({.order = ArchiveOrder::newest_first, .page_size = 1},
                                         [&](const ArchivedMessage&) {
                                             stage.archive->pause(id);
                                             stage.archive->go_on(id);
                                         },
                                         {});
    id = sent.id;
    stage.offer_extended(stage.asked(), false);
    const auto page = stage.asked();
    stage.result(page, "1");
    stage.finish(page, page_set("1", "1"));
    CHECK(stage.asked().page("before") == "=1");
}

TEST_CASE("archive: an empty page is the end of an archive that does not say so") {
    ArchiveStage stage;
    stage.ask({.page_size = 1});
    const auto page = stage.asked();
    stage.result(page, "1");
    stage.finish(page, page_set("1", "1"));
    stage.finish(stage.asked());
    CHECK(stage.last.complete);
    CHECK(stage.take() == "");
}

TEST_CASE("archive: an archive that never says that it is complete comes to an end") {
    ArchiveStage stage;
    stage.ask({.page_size = 1});
    int pages = 0;
    SUBCASE("which repeats one page") {
        for (; !stage.last.failure && pages < 1000; ++pages) {
            const auto page = stage.asked();
            stage.result(page, "1");
            stage.finish(page, page_set("1", "1"));
        }
        CHECK(pages <= 3);
    }
    SUBCASE("which goes round a hundred pages") {
        for (; !stage.last.failure && pages < 1000; ++pages) {
            const auto page = stage.asked();
            stage.result(page, std::to_string(pages % 100));
            stage.finish(page);
        }
        CHECK(pages < 400);
    }
    SUBCASE("whose pages are said to hold what does not come") {
        for (; !stage.last.failure && pages < 1000; ++pages) {
            const auto page = stage.asked();
            CHECK(page.page("after") == (pages == 0 ? "" : "=" + std::to_string(pages - 1)));
            stage.finish(page, page_set("x", std::to_string(pages)));
        }
        CHECK(pages == 100);
        CHECK(stage.last.go_on_at == "99");
    }
    REQUIRE(stage.last.failure);
    CHECK(stage.last.failure->code == Errc::policy_violation);
    CHECK(stage.take() == "");
}

TEST_CASE("archive: the archive's no ends the query, and so does an answer that does not read") {
    ArchiveStage stage;
    stage.ask({.after_id = "gone"});
    stage.refuse(stage.asked(), "item-not-found");
    CHECK_FALSE(stage.last);
    CHECK(stage.last.refusal->condition == Condition::item_not_found);
    CHECK(stage.last.go_on_at == "gone");

    stage.ask({});
    stage.answer(stage.asked(), "<fin " + fin_ns + " complete='perhaps'/>");
    CHECK(stage.last.failure->code == Errc::invalid_payload);
    stage.ask({});
    stage.answer(stage.asked(), "");
    CHECK(stage.last.failure->code == Errc::invalid_payload);
}

TEST_CASE("archive: what the archive says of its results is told") {
    ArchiveStage stage;
    stage.ask({});
    stage.answer(stage.asked(),
                 "<fin " + fin_ns +
                     " complete='1' stable='false'><set "
                     "xmlns='http://jabber.org/protocol/rsm'><count>0</count></set></fin>");
    CHECK(stage.last.complete);
    CHECK_FALSE(stage.last.stable);
    CHECK(stage.last.count == 0);
}

TEST_CASE("archive: a page that does not come in time") {
    ArchiveStage stage;
    stage.ask({.timeout = std::chrono::seconds{5}});
    const auto page = stage.asked();
    stage.result(page, "1");
    stage.pass(5000);
    CHECK(stage.last.failure->code == Errc::timed_out);
    CHECK(stage.last.results == 1);
    CHECK(stage.last.go_on_at == "1");
    stage.seen.take();
    stage.result(page, "2"); // too late
    stage.finish(page, {}, true);
    CHECK(stage.seen.take() == "");
}

TEST_CASE("archive: a session that ends says from where to go on, and the next one does") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    ArchiveStage stage{options};
    const auto sent = stage.ask({});
    const auto page = stage.asked();
    stage.results(page, {"1", "2"});
    SUBCASE("with a page under way") {
        stage.lose();
        CHECK(stage.last.failure->code == Errc::unanswered);
        CHECK(stage.last.go_on_at == "2");
        stage.come_back();
        stage.take();
        stage.ask({.go_on_at = stage.last.go_on_at});
        CHECK(stage.asked().page("after") == "=2");
    }
    SUBCASE("in a pause") {
        stage.archive->pause(sent.id);
        stage.finish(page, page_set("1", "2"));
        stage.lose();
        stage.come_back();
        CHECK(stage.last.message() == "0 messages"); // it has not ended
        stage.take();
        stage.archive->go_on(sent.id);
        CHECK(stage.asked().page("after") == "=2");
    }
}

TEST_CASE("archive: a client that ends, ends what is paused too") {
    ArchiveStage stage;
    CHECK(Archive{}.ask({}, {}, {}).error.code == Errc::session_over);
    const auto sent = stage.ask({});
    const auto page = stage.asked();
    stage.archive->pause(sent.id);
    stage.result(page, "1");
    stage.finish(page, page_set("1", "1"));
    stage.ask({});
    stage.take();
    stage.lose();
    CHECK(stage.seen.take().find("1:hi [") == 0);
    CHECK(stage.last.failure->code == Errc::session_over);
    CHECK(stage.ask({}).error.code == Errc::session_over);
    CHECK(stage.archive->metadata({}).error.code == Errc::session_over);
}

TEST_CASE("archive: its functions may destroy it, or the client") {
    ArchiveStage stage;
    bool client_too = false;
    bool at_end = false;
    SUBCASE("a result the archive") {}
    SUBCASE("a result the client") { client_too = true; }
    SUBCASE("the end the archive") { at_end = true; }
    SUBCASE("the end the client") { at_end = client_too = true; }
    bool destroyed = false;
    const auto destroy = [&] {
        if (std::exchange(destroyed, true)) return; // in the destructor, the end of the query
        stage.seen.add("destroyed");
        if (client_too) {
            stage.client.reset();
        } else {
            stage.client->unregister_handler(*stage.archive);
            stage.archive.reset();
        }
    };
    stage.archive->ask(
        {},
        [&](const ArchivedMessage&) {
            if (!at_end) destroy();
        },
        [&](const ArchiveEnd&) { destroy(); });
    const auto page = stage.asked();
    stage.result(page, "1");
    if (stage.client) stage.finish(page, {}, true);
    CHECK(stage.seen.take() == "destroyed");
}

TEST_CASE("archive: a result that breaks off with its connection counts once") {
    ArchiveStage stage;
    stage.ask({});
    const auto page = stage.asked();
    const auto xml = ArchiveStage::result_xml(page.query_id(), "1", "", "");
    stage.says(xml.substr(0, xml.find("</message>", xml.find("</result>"))));
    CHECK(stage.seen.take() == ""); // a resumed session has the whole stanza again
    stage.says("</message>");
    CHECK(stage.seen.take() == "1:");
}

TEST_CASE("archive: metadata, form and preferences are asked for") {
    ArchiveStage stage;
    std::string heard;
    stage.archive->metadata(
        [&](const auto& answer) {
            heard = answer ? answer->start->id + ".." + answer->end->id : answer.message();
        },
        Jid{room});
    auto question = stage.asked();
    CHECK(question.iq.attribute("to") == room);
    CHECK(question.iq.child("metadata", ns::archive));
    stage.answer(question, "<metadata " + fin_ns +
                               "><start id='a' timestamp='2008-08-22T21:09:04Z'/>"
                               "<end id='z' timestamp='2020-04-20T14:34:21Z'/></metadata>");
    CHECK(heard == "a..z");

    stage.archive->form([&](const auto& answer) { heard = *answer->form.fields.at(0).var; });
    stage.offer_form(stage.asked(), {"with"});
    CHECK(heard == "with");

    stage.archive->preferences([&](const auto& answer) {
        heard = answer ? answer->never->jids.at(0).str() : answer.message();
    });
    question = stage.asked();
    CHECK(question.iq.attribute("type") == "get");
    stage.answer(question, "<prefs " + fin_ns +
                               " default='roster'><always/><never><jid>montague@m.lit</jid></never>"
                               "</prefs>");
    CHECK(heard == "montague@m.lit");

    headstock::ArchivePreferences wanted{headstock::ArchiveDefault::never};
    wanted.always.emplace().jids.emplace_back("juliet@e.test");
    stage.archive->set_preferences(wanted, [&](const auto& answer) { heard = answer.message(); });
    question = stage.asked();
    CHECK(question.iq.attribute("type") == "set");
    CHECK(question.iq.child("prefs", ns::archive).attribute("default") == "never");
    CHECK(question.iq.at("{urn:xmpp:mam:2}prefs/always/jid").text() == "juliet@e.test");
    stage.refuse(question, "not-allowed");
    CHECK(heard == "not-allowed (cancel)");
}

TEST_CASE("archive: of several bodies the one in the client's language, or the archive's own") {
    auto how = support::in_clear();
    how.language = "de";
    const std::string said = "<message xmlns='jabber:client' from='juliet@e.test/b'><body>hi</body>"
                             "<body xml:lang='de'>hallo</body><body xml:lang='it'>ciao</body>"
                             "</message>";
    ArchiveStage stage{how};
    stage.ask({});
    stage.result(stage.asked(), "1", said);
    CHECK(stage.seen.take() == "1:hallo");
    ArchiveStage other{how};
    other.client->unregister_handler(*other.archive);
    other.archive = std::make_unique<Archive>("it");
    other.client->register_handler(*other.archive);
    other.ask({});
    other.result(other.asked(), "1", said);
    CHECK(other.seen.take() == "1:ciao");
}
