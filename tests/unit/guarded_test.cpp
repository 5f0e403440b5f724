// Contract 5: what only our own account may say, over the whole table of names and nodes (issue
// 9.11; D7 to D9).
#include "headstock/dispatch/guarded.hpp"

#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using headstock::Match, headstock::Path, headstock::Sender;
using headstock::detail::Guard, headstock::detail::guard_of, headstock::detail::guarded_names,
    headstock::detail::guarded_nodes, headstock::detail::names_with_node;
using support::Stage;

namespace {

struct Case {
    const char* what;
    const char* from; ///< nullptr: no such attribute
    const char* type; ///< of the message
    bool passes;
};

const std::vector<Case> cases{
    {"nobody: our account", nullptr, "normal", true},
    {"our account", "romeo@e.test", "normal", true},
    {"our account in capitals", "ROMEO@E.TEST", "normal", true},
    {"a contact", "juliet@e.test/balcony", "normal", false},
    {"a contact of another server", "juliet@x.test", "normal", false},
    {"our own session", "romeo@e.test/r", "normal", false},
    {"another resource of ours", "romeo@e.test/other", "normal", false},
    {"our own domain", "e.test", "normal", false},
    {"a domain that begins as ours", "romeo@e.test.evil.test", "normal", false},
    {"our name elsewhere", "romeo@evil.test", "normal", false},
    {"a room", "room@muc.e.test", "groupchat", false},
    {"an occupant", "room@muc.e.test/romeo@e.test", "groupchat", false},
    {"full-width letters", "\xEF\xBD\x92omeo@e.test", "normal", false},
    {"full-width domain", "romeo@\xEF\xBD\x85.test", "normal", false},
    {"an ideographic dot", "romeo@e\xE3\x80\x82test", "normal", false},
    {"a dot at the end", "romeo@e.test.", "normal", false},
    {"an empty resource", "romeo@e.test/", "normal", false},
    {"a space before", " romeo@e.test", "normal", false},
};

const char* const event_ns = "http://jabber.org/protocol/pubsub#event";

std::string message(const Case& from, const std::string& inside) {
    const auto sender =
        from.from == nullptr ? std::string{} : " from='" + std::string{from.from} + "'";
    return "<message type='" + std::string{from.type} + "'" + sender + ">" + inside + "</message>";
}

Path path_of(bridge::Name name) {
    constexpr Path any{"name", "urn:any"};
    auto path = any;
    path.step[0] = name;
    return path;
}

// The row sees it when it may, and when not the log says why.
void check(Stage& stage,
           const Case& from,
           const std::string& inside,
           std::string_view seen,
           std::string_view seen_of_forged) {
    CAPTURE(std::string{from.what});
    stage.log.clear();
    CHECK(stage.seen_in(message(from, inside)) == (from.passes ? seen : seen_of_forged));
    CHECK((stage.log.find(", who may not send it\n") != stage.log.npos) == !from.passes);
}

std::string event_of(std::string_view name, std::string_view node) {
    return "<event xmlns='" + std::string{event_ns} + "'><" + std::string{name} + " node='" +
           std::string{node} + "'/></event>";
}

} // namespace

TEST_CASE("guarded: every name of the table reaches rows from our account only (issue 9.11)") {
    for (const auto& guarded : guarded_names()) {
        const std::string local{guarded.local.empty() ? "anything" : guarded.local};
        const std::string ns{guarded.ns};
        CAPTURE(local + " in " + ns);
        CHECK_FALSE(guarded.source.empty());
        Stage stage;
        stage.keep_log();
        stage.client->on(Match{path_of({local, ns})}, stage.noting("row"));
        stage.client->on(Match{path_of({local, ns}), Sender::anyone}, stage.noting("anyone"));
        stage.client->on("message", stage.noting("message"));
        const auto element = "<" + local + " xmlns='" + ns + "'/>";
        for (const auto& from : cases) check(stage, from, element, "row anyone message", "anyone");
    }
}

TEST_CASE("D9: every event of every private node reaches rows from our account only (issue 9.11)") {
    for (const auto& guarded : guarded_nodes()) {
        CHECK_FALSE(guarded.source.empty());
        for (const auto name : names_with_node()) {
            CAPTURE(std::string{name} + " of " + std::string{guarded.node});
            Stage stage;
            stage.keep_log();
            const auto path = path_of({name, event_ns});
            stage.client->on(Match{path}, stage.noting("row"));
            stage.client->on(Match{path, Sender::anyone}, stage.noting("anyone"));
            stage.client->on("message/{http://jabber.org/protocol/pubsub#event}event",
                             stage.noting("event"));
            stage.client->on("message", stage.noting("message"));
            for (const auto& from : cases)
                check(stage, from, event_of(name, guarded.node), "row anyone event message",
                      "anyone message");
        }
    }
}

TEST_CASE("guarded: what is inside such an event is hidden too, with a payload and without (issue "
          "9.11)") {
    for (const auto* inside :
         {"<retract id='1'/>", "<item id='1'/>", "<item id='1'><x xmlns='u'/></item>"}) {
        for (const auto& from : cases) {
            CAPTURE(std::string{inside});
            CAPTURE(std::string{from.what});
            Stage stage;
            stage.client->on({"retract", "http://jabber.org/protocol/pubsub#event"},
                             stage.noting("inside"));
            stage.client->on({"item", "http://jabber.org/protocol/pubsub#event"},
                             stage.noting("inside"));
            stage.client->on("message/body", stage.noting("body"));
            const auto event = "<event xmlns='" + std::string{event_ns} +
                               "'><items node='urn:xmpp:bookmarks:1'>" + inside +
                               "</items></event><body>hi</body>";
            CHECK(stage.seen_in(message(from, event)) == (from.passes ? "inside body" : "body"));
        }
    }
}

TEST_CASE("guarded: a forged event is kept from a row for the event as a whole (issue 9.11)") {
    const Case evil{"evil", "evil@x", "normal", false};
    for (const auto& guarded : guarded_nodes()) {
        Stage stage;
        stage.client->on("message/{http://jabber.org/protocol/pubsub#event}event",
                         [&](const bridge::Element&) { stage.seen.add("event"); });
        stage.client->on(
            Match{"message/{http://jabber.org/protocol/pubsub#event}event", Sender::anyone},
            stage.noting("anyone"));
        CHECK(stage.seen_in(message(evil, event_of("purge", guarded.node))) == "anyone");
        CHECK(stage.seen_in(message(evil, event_of("purge", "urn:x"))) == "event anyone");
    }
}

TEST_CASE("guarded: what is forged is told once a stanza (issue 9.11)") {
    Stage stage;
    stage.keep_log();
    stage.client->on({"item", "urn:any"}, stage.noting("row"));
    std::string inside;
    for (int i = 0; i < 100; ++i)
        inside += "<a xmlns='urn:a'><note xmlns='storage:rosternotes'/></a>";
    stage.says("<message from='evil@x'>" + inside + "</message>");
    const auto first = stage.log.find(", who may not send it");
    REQUIRE(first != stage.log.npos);
    CHECK(stage.log.find(", who may not send it", first + 1) == stage.log.npos);
}

// A row that asked for it, as an Archive does for a room's results, knows better.
TEST_CASE("guarded: what a row for anyone's says ok to is not told as dropped, and the rest is") {
    const std::string result = "<result xmlns='urn:xmpp:mam:2' id='1'/>";
    const auto told = [&](Stage& stage, const std::string& from, const std::string& inside) {
        stage.log.clear();
        stage.says("<message from='" + from + "'>" + inside + "</message>");
        return stage.log.find(", who may not send it\n") != stage.log.npos;
    };
    Stage stage;
    stage.keep_log();
    stage.client->on(
        Match{"message/{urn:xmpp:mam:2}result", Sender::anyone},
        [](const headstock::Tag&, const headstock::Tag& message) -> std::optional<headstock::Ok> {
            if (message.attribute("from") != "room@muc.e.test") return std::nullopt;
            return headstock::ok;
        });
    CHECK_FALSE(told(stage, "room@muc.e.test", result));
    CHECK(told(stage, "evil@x", result));
    CHECK_FALSE(told(stage, "romeo@e.test", result)); // ours, and ok says nothing of it
    CHECK(stage.log.find("where nothing was asked") == std::string::npos);
    // What is believed is what the row names, and no other thing in the stanza.
    CHECK(told(stage, "room@muc.e.test", "<sent xmlns='urn:xmpp:carbons:2'/>" + result));
    stage.client->on({"item", "urn:any"}, stage.noting("item")); // so that all is looked at
    CHECK(told(stage, "room@muc.e.test", "<a xmlns='u'><note xmlns='storage:rosternotes'/></a>"));
    stage.client->on("message/body", [](const headstock::Tag&) { return headstock::ok; });
    CHECK(told(stage, "evil@x", "<body>hi</body>" + result)); // a row that is not for anyone's
    CHECK_FALSE(told(stage, "juliet@x", "<body>hi</body>"));
    CHECK(stage.log.find("ok, where nothing was asked") != std::string::npos); // as ever
    stage.client->on(Match{"message/body", Sender::anyone},
                     [](const headstock::Tag&) { return headstock::ok; });
    CHECK(told(stage, "evil@x", "<body>hi</body>" + result)); // nor one for something else
}

TEST_CASE("guarded: what is forged in a stanza that is passed over is told too") {
    Stage stage;
    stage.keep_log();
    stage.client->on("message", stage.noting("message"));
    stage.says("<message from='evil@x'><sent xmlns='urn:xmpp:carbons:2'/><far xmlns='urn:" +
               std::string(200, 'x') + "'/></message>");
    CHECK(stage.log.find("from evil@x, who may not send it\n") != std::string::npos);
}

TEST_CASE("guarded: an event of a contact's node reaches rows (XEP-0163)") {
    for (const auto* node : {"http://jabber.org/protocol/tune", "urn:xmpp:omemo:2:devices",
                             "eu.siacs.conversations.axolotl.devicelist",
                             "urn:xmpp:avatar:metadata", "urn:xmpp:bookmarks:10", ""}) {
        CAPTURE(std::string{node});
        for (const auto name : names_with_node()) {
            Stage stage;
            stage.client->on(Match{path_of({name, event_ns})}, stage.noting("row"));
            stage.client->on("message", stage.noting("message"));
            CHECK(stage.seen_in("<message from='juliet@x'>" + event_of(name, node) +
                                "</message>") == "row message");
        }
    }
}

TEST_CASE(
    "guarded: pushes of block and privacy lists come from our account only (XEP-0191, XEP-0016)") {
    struct Push {
        Path path;
        const char* payload;
    };
    for (const auto& push :
         {Push{"iq@type=set/{urn:xmpp:blocking}block",
               "<block xmlns='urn:xmpp:blocking'><item jid='a@x'/></block>"},
          Push{"iq@type=set/{urn:xmpp:blocking}unblock", "<unblock xmlns='urn:xmpp:blocking'/>"},
          Push{"iq@type=set/{jabber:iq:privacy}query",
               "<query xmlns='jabber:iq:privacy'><list name='x'/></query>"}}) {
        for (const auto& from : cases) {
            CAPTURE(std::string{push.payload});
            CAPTURE(std::string{from.what});
            Stage stage;
            stage.client->on(push.path, stage.noting("push"));
            const auto sender =
                from.from == nullptr ? std::string{} : " from='" + std::string{from.from} + "'";
            const auto answer =
                stage.answer_to("<iq type='set' id='p'" + sender + ">" + push.payload + "</iq>");
            CHECK(stage.seen.take() == (from.passes ? "push" : ""));
            // A row that has nothing to say acknowledges it, as it does a roster push.
            CHECK((answer.find("type='result'") != answer.npos) == from.passes);
            CHECK((answer.find("service-unavailable") != answer.npos) == !from.passes);
            CHECK(stage.client->served_namespaces().empty());
        }
    }
}

TEST_CASE("guarded: a table names each thing once, and what contacts send is not in it") {
    for (const auto& one : guarded_names()) {
        int times = 0;
        for (const auto& other : guarded_names())
            times += one.ns == other.ns && (one.local == other.local || other.local.empty());
        CAPTURE(std::string{one.ns});
        CHECK(times == 1);
    }
    for (const auto& name :
         {bridge::Name{"private", "urn:xmpp:carbons:2"},
          bridge::Name{"archived", "urn:xmpp:mam:tmp"}, bridge::Name{"fin", "urn:xmpp:mam:2"},
          bridge::Name{"query", "jabber:iq:version"},
          bridge::Name{"forwarded", "urn:xmpp:forward:0"},
          bridge::Name{"item", "http://jabber.org/protocol/pubsub#event"},
          bridge::Name{"displayed", "urn:xmpp:chat-markers:0"}}) {
        CAPTURE(std::string{name.local} + " in " + std::string{name.ns});
        CHECK(guard_of(name) == Guard::none);
    }
}
