// Contract 1 and 2: which elements rows see at all.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using support::SessionKit, support::Stage;

TEST_CASE("contract 1: no row sees what was said before the session was bound") {
    SessionKit kit;
    int calls = 0;
    kit.client->on({"bind", ns::bind}, [&](const headstock::Tag&) { ++calls; });
    kit.client->on({"jid", ns::bind}, [&](const headstock::Tag&) { ++calls; });
    kit.client->on("iq@type=result", [&](const headstock::Tag&) { ++calls; });
    kit.client->register_on_iq([&](const headstock::Tag&) { ++calls; });
    kit.client->on_unhandled([&](const headstock::Tag&) { ++calls; });
    kit.login();
    CHECK(kit.client->ready());
    CHECK(calls == 0);
}

TEST_CASE("contract 1: rows see stanzas and what is inside them, nothing beside them") {
    Stage stage;
    stage.client->on({"a", "urn:x"}, stage.noting("a"));
    stage.client->on({"b", "urn:x"}, stage.noting("b"));
    stage.client->on_unhandled(stage.noting("unhandled"));
    CHECK(stage.seen_in("<a xmlns='urn:x'><b/></a>") == "");
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><b/></a></message>") == "b a");
}

TEST_CASE("contract 1: stream features and stream errors belong to the session") {
    Stage stage;
    stage.client->on_unhandled(stage.noting("unhandled"));
    stage.client->on({"text", "urn:x"}, stage.noting("text"));
    CHECK(stage.seen_in("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                        "<text xmlns='urn:x'/></stream:error>") == "");
    CHECK(stage.client->wants_close());
    CHECK(stage.client->error().condition == "conflict");

    Stage other;
    other.client->on_unhandled(other.noting("unhandled"));
    CHECK(other.seen_in("<stream:features/>") == "");
    CHECK(other.client->error().code == headstock::Errc::unexpected_element);
}

TEST_CASE("C15: message, presence and iq match as stanzas only (contract 2)") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    stage.client->on({"message", ns::client}, stage.noting("the-same"));
    stage.client->on("presence", stage.noting("presence"));
    stage.client->on("iq", stage.noting("iq"));
    CHECK(
        stage.seen_in("<message><x xmlns='urn:x'><message xmlns='jabber:client'/></x></message>") ==
        "message the-same");
    CHECK(stage.seen_in("<message><presence/><iq type='result' id='1'/></message>") ==
          "message the-same");
    CHECK(stage.answer_to("<message><iq type='get' id='1'><q xmlns='urn:x'/></iq></message>") ==
          "");
}

TEST_CASE("C14: a stanza is known by its name and namespace, however it is written (contract 2)") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<x:message xmlns:x='jabber:client'><x:body>hi</x:body></x:message>") ==
          "body message");
    CHECK(stage.seen_in("<message xmlns=''><body/></message>") == "");
    CHECK(stage.seen_in("<message xmlns='jabber:server'><body/></message>") == "");
    CHECK(stage.seen_in("<message><body xmlns=''/><body xmlns='urn:x'/></message>") == "message");
}

TEST_CASE("contract 2: other names match at any depth") {
    Stage stage;
    stage.client->on({"item", "urn:x"},
                     [&](const headstock::Tag& item) { stage.seen.add(item.attribute("n")); });
    CHECK(
        stage.seen_in(
            "<message><item xmlns='urn:x' n='1'/><a xmlns='urn:x'><item n='2'><item n='3'/></item>"
            "<b><c><item n='4'/></c></b></a></message>") == "1 3 2 4");
    CHECK(stage.seen_in("<presence><item xmlns='urn:x' n='5'/></presence>") == "5");
    CHECK(stage.seen_in("<iq type='set' id='1'><item xmlns='urn:x' n='6'/></iq>") == "6");
    CHECK(stage.seen_in("<message><item xmlns='urn:other' n='7'/></message>") == "");
}

TEST_CASE("contract 2: names do not match inside <forwarded/> unless the path goes through it") {
    Stage stage;
    stage.client->on({"a", "urn:x"}, stage.noting("a"));
    stage.client->on({"forwarded", ns::forwarded}, stage.noting("forwarded"));
    stage.client->on("message/{urn:xmpp:forward:0}forwarded/{jabber:client}message/{urn:x}a",
                     stage.noting("through"));
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in(
              "<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>"
              "<body>told</body><a xmlns='urn:x'/></message></forwarded>"
              "<body>said</body><a xmlns='urn:x'/></message>") == "through forwarded body a");
    CHECK(stage.seen_in(
              "<message><x xmlns='urn:y'><forwarded xmlns='urn:xmpp:forward:0'><a xmlns='urn:x'/>"
              "</forwarded><a xmlns='urn:x'/></x></message>") == "forwarded a");
}

TEST_CASE("contract 2: a row that names no type does not get type='error'") {
    Stage stage;
    stage.client->on("message", stage.noting("any"));
    stage.client->on({"a", "urn:x"}, stage.noting("nested"));
    stage.client->on("message@type=error", stage.noting("error"));
    stage.client->on("message@type=error/{urn:x}a", stage.noting("error-nested"));
    CHECK(stage.seen_in("<message type='error'><a xmlns='urn:x'/></message>") ==
          "error-nested error");
    CHECK(stage.seen_in("<message type='chat'><a xmlns='urn:x'/></message>") == "nested any");
    CHECK(stage.seen_in("<presence type='error'><a xmlns='urn:x'/></presence>") == "");
}

TEST_CASE("contract 2: no type means normal or available") {
    Stage stage;
    stage.client->on("message@type=normal", stage.noting("normal"));
    stage.client->on("message@type=chat", stage.noting("chat"));
    stage.client->on("presence@type=available", stage.noting("available"));
    stage.client->on("presence@type=unavailable", stage.noting("unavailable"));
    struct Row {
        const char* xml;
        const char* seen;
    };
    for (const auto& row : {
             Row{"<message/>", "normal"},
             Row{"<message type='normal'/>", "normal"},
             Row{"<message type='new-kind'/>", "normal"}, // RFC 6121 5.2.2
             Row{"<message type='chat'/>", "chat"},
             Row{"<message type='groupchat'/>", ""},
             Row{"<presence/>", "available"},
             Row{"<presence type='unavailable'/>", "unavailable"},
             Row{"<presence type='available'/>",
                 "available"}, // no word of the RFC, but some send it
             Row{"<presence type='new-kind'/>", ""},
         }) {
        CAPTURE(row.xml);
        CHECK(stage.seen_in(row.xml) == row.seen);
    }
}

TEST_CASE("D14: no from means our own account (contract 2)") {
    Stage stage;
    stage.client->on(headstock::Match{"message", headstock::Sender::account}, stage.noting("mine"));
    CHECK(stage.seen_in("<message/>") == "mine");
    CHECK(stage.seen_in("<message from='romeo@e.test'/>") == "mine");
    CHECK(stage.seen_in("<message from='juliet@e.test'/>") == "");
}

TEST_CASE("D5: an iq without an id is no stanza for anyone, and cannot be answered (contract 2)") {
    Stage stage;
    stage.keep_log();
    stage.client->on("iq", stage.noting("iq"));
    stage.client->on({"q", "urn:x"}, stage.noting("q"));
    CHECK(stage.answer_to("<iq type='get'><q xmlns='urn:x'/></iq>") == "");
    CHECK(stage.answer_to("<iq type='ask'><q xmlns='urn:x'/></iq>") == "");
    CHECK(stage.answer_to("<iq><q xmlns='urn:x'/></iq>") == "");
    CHECK(stage.seen.take() == "");
    CHECK(stage.log.find("-- dropped: an iq without an id\n") != stage.log.npos);
}

TEST_CASE("contract 2: an iq of no known type is for no row, and gets bad-request (issue 9.16)") {
    for (const bool log : {false, true}) {
        Stage stage;
        if (log) stage.keep_log();
        stage.client->on("iq", stage.noting("iq"));
        stage.client->register_on_iq([&](const headstock::Tag&) { stage.seen.add("waiter"); });
        stage.client->on({"q", "urn:x"}, stage.noting("q"));
        stage.client->on_unhandled([&](const headstock::Tag&) { stage.seen.add("unhandled"); });
        for (const auto* type : {"", " type=''", " type='ask'", " type='GET'", " type=' get'",
                                 " type='Error'", " type='available'", " type='chat'"}) {
            CAPTURE(std::string{type});
            CHECK(stage.answer_to("<iq id='1' from='a@x/y'" + std::string{type} +
                                  "><q xmlns='urn:x'><q/></q></iq>") ==
                  support::error_answer("1", "a@x/y", "bad-request", "modify"));
            CHECK(stage.seen.take() == "");
            CHECK(stage.answer_to("<iq id='2' type='get' from='a@x/y'><z xmlns='urn:x'/></iq>") !=
                  "");
            CHECK(stage.seen.take() == "iq waiter");
        }
        const auto* line = "-- dropped: not a stanza of a known kind and type\n";
        CHECK((stage.log.find(line) != stage.log.npos) == log);
    }
}

TEST_CASE("contract 2: a presence of no known type gets bad-request, whatever is registered (issue "
          "9.16)") {
    const auto refused =
        "<presence to='a@x/y' type='error' id='1'><error type='modify'><bad-request "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
    for (const bool row : {false, true}) {
        Stage stage;
        if (row) stage.client->on("presence", stage.noting("presence"));
        for (const auto* type : {"", "ask", "Available", "unavailable ", "get", "chat"}) {
            CAPTURE(std::string{type});
            CHECK(stage.answer_to("<presence id='1' from='a@x/y' type='" + std::string{type} +
                                  "'><show>away</show></presence>") == refused);
            CHECK(stage.seen.take() == "");
        }
        // Neither these nor an error, which nobody answers.
        for (const auto* type : {"error", "unavailable", "subscribe", "subscribed", "unsubscribe",
                                 "unsubscribed", "probe"}) {
            CAPTURE(std::string{type});
            CHECK(stage.answer_to("<presence id='1' from='a@x/y' type='" + std::string{type} +
                                  "'/>") == "");
        }
        CHECK(stage.answer_to("<message id='1' from='a@x/y' type='ask'/>") == "");
    }
}

TEST_CASE("contract 2: the type available counts as none (issue 9.16)") {
    Stage stage;
    stage.client->on("presence@type=available", stage.noting("available"));
    stage.client->on("presence@type=unavailable", stage.noting("unavailable"));
    CHECK(stage.answer_to("<presence from='a@x/y' type='available'/>") == "");
    CHECK(stage.seen.take() == "available");
    CHECK(stage.seen_in("<presence from='a@x/y' type='unavailable'/>") == "unavailable");
}

TEST_CASE(
    "contract 2: what is refused for its type is answered only once it is whole (issue 9.16)") {
    Stage stage;
    CHECK(stage.answer_to("<iq id='1' from='a@x/y' type='ask'><q xmlns='urn:x'>") == "");
    CHECK(stage.answer_to("</q></iq>") ==
          support::error_answer("1", "a@x/y", "bad-request", "modify"));
    CHECK(stage.answer_to("<iq id='1' from='a@x/y' type='ask'><q></iq>").find("bad-request") ==
          std::string::npos);
}
