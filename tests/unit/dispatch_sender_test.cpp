// Contract 5: nobody forges.  Names tied to our own account, and rows narrowed to a sender.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Element, headstock::Match, headstock::Sender, headstock::Tag;
using support::Stage;

namespace {

struct Case {
    const char* from; ///< nullptr: no such attribute
    bool passes;
};

std::string from(const char* jid) {
    return jid == nullptr ? std::string{} : " from='" + std::string{jid} + "'";
}

// Who may say what is tied to the account romeo@e.test.
const std::vector<Case> account_cases{
    {nullptr, true},
    {"romeo@e.test", true},
    {"ROMEO@E.TEST", true},
    {"romeo@e.test/r", false}, // our own resource is not the account
    {"romeo@e.test/other", false},
    {"e.test", false},
    {"romeo@e.test.evil.test", false},
    {"romeo@evil.test", false},
    {"juliet@e.test", false},
    {"evil.test", false},
    {"@", false},
};

} // namespace

TEST_CASE("D6: a roster push comes from our account only (contract 5, CVE-2015-8688)") {
    for (const auto& row : account_cases) {
        CAPTURE(std::string{row.from == nullptr ? "nobody" : row.from});
        Stage stage;
        stage.keep_log();
        stage.client->on({"item", ns::roster},
                         [&](const Tag& item) { stage.seen.add(item.attribute("jid")); });
        stage.client->on("iq@type=set", [&](const Tag&) {
            stage.seen.add("iq");
            return headstock::ok;
        });
        const auto answer =
            stage.answer_to("<iq type='set' id='p'" + from(row.from) +
                            "><query xmlns='jabber:iq:roster'><item jid='x@y'/></query></iq>");
        CHECK(stage.seen.take() == (row.passes ? "x@y iq" : ""));
        const bool refused = answer.find("service-unavailable") != answer.npos;
        CHECK(refused == !row.passes);
        const bool noted =
            stage.log.find("-- dropped: <query xmlns='jabber:iq:roster'/> from ") != stage.log.npos;
        CHECK(noted == !row.passes);
    }
}

TEST_CASE("D6: a roster item in a message or presence is no way around that (contract 5)") {
    Stage stage;
    stage.client->on({"item", ns::roster}, stage.noting("item"));
    CHECK(stage.seen_in("<message from='evil@x'><item xmlns='jabber:iq:roster'/></message>") == "");
    CHECK(stage.seen_in("<presence from='evil@x'><x xmlns='urn:x'><item "
                        "xmlns='jabber:iq:roster'/></x></presence>") == "");
    CHECK(stage.seen_in("<iq type='set' id='1' from='evil@x'><x xmlns='urn:x'><query "
                        "xmlns='jabber:iq:roster'><item/>"
                        "</query></x></iq>") == "");
    CHECK(stage.seen_in("<message><item xmlns='jabber:iq:roster'/></message>") == "item");
}

TEST_CASE("D7: carbons come from our account only (contract 5, CVE-2017-5589)") {
    for (const auto* wrapper : {"received", "sent"}) {
        for (const auto& row : account_cases) {
            CAPTURE(std::string{wrapper} + " from " + (row.from == nullptr ? "nobody" : row.from));
            Stage stage;
            stage.client->on("message/{urn:xmpp:carbons:2}received/{urn:xmpp:forward:0}forwarded/"
                             "{jabber:client}message/body",
                             stage.noting("body"));
            stage.client->on({"received", ns::carbons}, stage.noting("wrapper"));
            stage.client->on({"sent", ns::carbons}, stage.noting("wrapper"));
            stage.client->on("message", stage.noting("message"));
            const std::string name = wrapper;
            const auto seen = stage.seen_in("<message" + from(row.from) + "><" + name +
                                            " xmlns='urn:xmpp:carbons:2'>"
                                            "<forwarded xmlns='urn:xmpp:forward:0'><message "
                                            "xmlns='jabber:client' from='a@x'><body>hi</body>"
                                            "</message></forwarded></" +
                                            name + "></message>");
            const std::string body = name == "received" ? "body " : "";
            CHECK(seen == (row.passes ? body + "wrapper message" : ""));
        }
    }
}

TEST_CASE("D7: a carbon in a groupchat message is forged (contract 5)") {
    Stage stage;
    stage.client->on({"received", ns::carbons}, stage.noting("wrapper"));
    CHECK(stage.seen_in("<message type='groupchat' from='room@muc.e.test/nick'>"
                        "<received xmlns='urn:xmpp:carbons:2'/></message>") == "");
}

TEST_CASE("D8: archive results come from our account, unless lifted for rooms (contract 5, "
          "CVE-2020-26547)") {
    // Which query one answers is for the program to see: nothing here asks an archive.
    const auto* result = "><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'/></message>";
    for (const auto& row : account_cases) {
        CAPTURE(std::string{row.from == nullptr ? "nobody" : row.from});
        Stage stage;
        stage.client->on({"result", ns::archive}, stage.noting("mine"));
        stage.client->on(Match{{"result", ns::archive}, Sender::anyone}, stage.noting("anyone"));
        CHECK(stage.seen_in("<message" + from(row.from) + result) ==
              (row.passes ? "mine anyone" : "anyone"));
    }
}

TEST_CASE(
    "D9: private data comes from our account only, however deep (contract 5, CVE-2023-28686)") {
    const auto* event =
        "><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
        "node='urn:xmpp:bookmarks:1'>"
        "<item id='evil@muc'><conference xmlns='urn:xmpp:bookmarks:1'><nick>n</nick></conference>"
        "</item></items></event><body>hi</body></message>";
    for (const auto& row : account_cases) {
        CAPTURE(std::string{row.from == nullptr ? "nobody" : row.from});
        Stage stage;
        stage.client->on({"conference", "urn:xmpp:bookmarks:1"}, stage.noting("bookmark"));
        stage.client->on({"nick", "urn:xmpp:bookmarks:1"}, stage.noting("nick"));
        stage.client->on("message/body", stage.noting("body"));
        CHECK(stage.seen_in("<message" + from(row.from) + event) ==
              (row.passes ? "nick bookmark body" : "body"));
        // The next stanza is judged by itself.
        CHECK(stage.seen_in("<message" + from("romeo@e.test") + event) == "nick bookmark body");
    }
}

TEST_CASE("contract 5: the result of our own roster request is ours, whoever of us answers") {
    for (const auto& row : {Case{nullptr, true},
                            {"romeo@e.test", true},
                            {"romeo@e.test/r", true},
                            {"e.test", true},
                            {"juliet@e.test", false}}) {
        CAPTURE(std::string{row.from == nullptr ? "nobody" : row.from});
        Stage stage;
        stage.client->on({"item", ns::roster}, stage.noting("item"));
        REQUIRE(stage.client->send_stanza(headstock::roster_get().set("id", "1")));
        CHECK(stage.seen_in("<iq type='result' id='1'" + from(row.from) +
                            "><query xmlns='jabber:iq:roster'><item/></query></iq>") ==
              (row.passes ? "item" : ""));
    }
}

TEST_CASE("contract 5: a roster as the result of a question to somebody else is forged") {
    Stage stage;
    stage.client->on({"item", ns::roster}, stage.noting("item"));
    REQUIRE(stage.client->send_stanza(
        headstock::iq_get("evil@x/y").set("id", "1").add(Element{"query", ns::version})));
    CHECK(stage.seen_in("<iq type='result' id='1' from='evil@x/y'><query "
                        "xmlns='jabber:iq:roster'><item/></query></iq>") == "");
}

TEST_CASE("contract 5: from_account, from_server, from and from_anyone narrow any row") {
    struct Row {
        const char* from;
        const char* seen;
    };
    Stage stage;
    stage.client->on(Match{"message", Sender::account}, stage.noting("account"));
    stage.client->on(Match{"message", Sender::server}, stage.noting("server"));
    stage.client->on(Match{"message", Sender::jid, "bot@x.test"}, stage.noting("bare"));
    stage.client->on(Match{"message", Sender::jid, "bot@x.test/one"}, stage.noting("full"));
    stage.client->on(Match{"message", Sender::anyone}, stage.noting("anyone"));
    for (const auto& row : {
             Row{nullptr, "account anyone"},
             Row{"romeo@e.test", "account anyone"},
             Row{"romeo@e.test/r", "anyone"},
             Row{"e.test", "server anyone"},
             Row{"E.TEST", "server anyone"},
             Row{"sub.e.test", "anyone"},
             Row{"bot@x.test", "bare anyone"},
             Row{"bot@x.test/one", "bare full anyone"},
             Row{"bot@x.test/ONE", "bare anyone"},
             Row{"BOT@x.test/one", "bare full anyone"},
             Row{"bot@x.test.evil", "anyone"},
             Row{"not a jid", "anyone"},
         }) {
        CAPTURE(std::string{row.from == nullptr ? "nobody" : row.from});
        CHECK(stage.seen_in("<message" + from(row.from) + "/>") == row.seen);
    }
}

TEST_CASE("contract 5: what has no from is from the account that a row names") {
    Stage stage;
    stage.client->on(Match{"message", Sender::jid, "Romeo@e.test"}, stage.noting("romeo"));
    stage.client->on(Match{"message", Sender::jid, "juliet@e.test"}, stage.noting("juliet"));
    CHECK(stage.seen_in("<message/>") == "romeo");
    CHECK(stage.seen_in("<message from='ROMEO@e.test'/>") == "romeo");
}

TEST_CASE("contract 5: a narrowed row keeps what is inside from others too") {
    Stage stage;
    stage.client->on(Match{{"a", "urn:x"}, Sender::jid, "bot@x.test"}, stage.noting("a"));
    CHECK(stage.seen_in("<message from='bot@x.test/1'><p><a xmlns='urn:x'/></p></message>") == "a");
    CHECK(stage.seen_in("<message from='evil@x.test/1'><p><a xmlns='urn:x'/></p></message>") == "");
}

TEST_CASE("contract 5: from_others keeps a row from what our own account says, in any resource "
          "(issue 9.19)") {
    Stage stage;
    stage.client->on(Match{"message", Sender::others}, stage.noting("others"));
    stage.client->on(Match{{"b", "urn:x"}, Sender::others}, stage.noting("inside"));
    for (const auto* own :
         {"romeo@e.test", "romeo@e.test/r", "romeo@e.test/gone", "ROMEO@E.TEST/x"}) {
        CAPTURE(std::string{own});
        CHECK(stage.seen_in("<message" + from(own) + "><b xmlns='urn:x'/></message>") == "");
    }
    CHECK(stage.seen_in("<message><b xmlns='urn:x'/></message>") == "");
    for (const auto* other :
         {"juliet@e.test/b", "e.test", "romeo@x.test", "room@muc.e.test/romeo"}) {
        CAPTURE(std::string{other});
        CHECK(stage.seen_in("<message" + from(other) + "><b xmlns='urn:x'/></message>") ==
              "inside others");
    }
}

TEST_CASE("contract 5: what is answered for others is a service") {
    Stage stage;
    constexpr headstock::Path path{"iq@type=get", "q", "urn:x"};
    stage.client->on(Match{path, Sender::others}, [](const Tag&) { return headstock::ok; });
    CHECK(stage.client->served_namespaces() == std::vector<std::string>{"urn:x"});
}

namespace {

// The first program of the README.
struct Echo {
    Element message(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Echo, on<&self::message>("message@type=chat/body").from_others())

// What a server does with a message for a resource of ours that has gone: it comes to us (RFC 6121
// 8.5.3.2).
std::size_t rounds_of(Stage& stage, std::string first) {
    std::size_t rounds = 0;
    for (auto said = std::move(first); !said.empty() && rounds < 100; ++rounds) {
        stage.says(said);
        said = stage.take();
        if (!said.empty())
            said.replace(0, std::string_view{"<message"}.size(), "<message from='romeo@e.test/r'");
    }
    return rounds;
}

} // namespace

TEST_CASE("from_others: an echo that comes back to its own account ends (issue 9.19)") {
    Echo echo;
    Stage stage;
    stage.client->register_handler(echo);
    CHECK(rounds_of(stage,
                    "<message from='romeo@e.test/gone' type='chat'><body>hi</body></message>") ==
          1);
    CHECK(rounds_of(stage,
                    "<message from='juliet@e.test/b' type='chat'><body>hi</body></message>") == 2);
}
