// Contract 4: when rows run, and in which order.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

// A row at any depth that is called at the stanza's end.
headstock::Match whole(headstock::Path path) { return {.path = path, .whole = true}; }

} // namespace

TEST_CASE("contract 4: inner before outer, in document order") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    for (const auto& path : {headstock::Path{"a", "urn:x"}, {"b", "urn:x"}, {"c", "urn:x"}}) {
        stage.client->on(path, stage.noting(path.last().local));
    }
    CHECK(stage.seen_in(
              "<message><a xmlns='urn:x'><b><c/></b><c/></a><b xmlns='urn:x'/></message>") ==
          "c b c a b message");
}

TEST_CASE("contract 4: within one name in order of registration, whatever the form of the path") {
    Stage stage;
    stage.client->on("message/{urn:x}a", stage.noting("1"));
    stage.client->on({"a", "urn:x"}, stage.noting("2"));
    stage.client->on("message/{urn:x}", stage.noting("3"));
    stage.client->on({"a", "urn:x"}, [&](const Element&) { stage.seen.add("4"); });
    stage.client->on("message@type=chat/{urn:x}a", stage.noting("5"));
    CHECK(stage.seen_in("<message type='chat'><a xmlns='urn:x'/></message>") == "1 2 3 4 5");
}

TEST_CASE("contract 4: then iq waiters") {
    Stage stage;
    stage.client->register_on_iq(stage.noting("waiter"));
    stage.client->on("iq", stage.noting("row"));
    stage.client->on({"q", "urn:x"}, stage.noting("inner"));
    CHECK(stage.seen_in("<iq type='get' id='1'><q xmlns='urn:x'/></iq>") == "inner row waiter");
}

TEST_CASE("contract 4: a nested row runs before its stanza has ended") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<message><body>hi</body>") == "body");
    CHECK(stage.seen_in("<subject/></message>") == "message");
}

TEST_CASE("contract 4: a nested row has run though the stanza breaks afterwards") {
    Stage stage;
    stage.client->on("message", stage.noting("message"));
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<message><body>hi</body></broken>") == "body");
    CHECK(stage.client->error().code == headstock::Errc::not_well_formed);
}

TEST_CASE("contract 4: whole() waits for the stanza's end, and is not called when it breaks") {
    Stage stage;
    stage.client->on(whole("message/body"), stage.noting("whole-tag"));
    stage.client->on(whole("message/body"),
                     [&](const Element& body) { stage.seen.add(body.text()); });
    stage.client->on("message/subject", stage.noting("subject"));
    CHECK(stage.seen_in("<message><body>hi</body><subject/>") == "subject");
    CHECK(stage.seen_in("</message>") == "whole-tag hi");
    CHECK(stage.seen_in("<message><body>hi</body><subject/></broken>") == "subject");
    CHECK(stage.client->error().code == headstock::Errc::not_well_formed);
}

TEST_CASE("contract 4: rows that wait keep document order, and their elements") {
    Stage stage;
    stage.client->on(whole({"a", "urn:x"}),
                     [&](const Element& a) { stage.seen.add("a:" + a.all_text()); });
    stage.client->on(whole({"b", "urn:x"}), [&](const Tag& b) {
        stage.seen.add("b:" + std::string{b.attribute("n")} + std::string{b.parent().local_name()});
    });
    stage.client->on("message", stage.noting("message"));
    CHECK(stage.seen_in("<message><a xmlns='urn:x'>1<b n='2'/>3</a><b xmlns='urn:x' n='4'/>"
                        "<a xmlns='urn:x'>5</a></message>") == "b:2a a:13 b:4message a:5 message");
}

TEST_CASE("contract 4: a stanza in small pieces is the same stanza") {
    const std::string xml = "<message from='a@x/y' type='chat'><body>hi &amp; ho</body><a "
                            "xmlns='urn:x'><b/></a></message>";
    for (std::size_t size = 1; size <= 9; ++size) {
        CAPTURE(size);
        Stage stage;
        stage.client->on("message/body", [&](const Element& body, const Tag& message) {
            stage.seen.add(std::string{message.attribute("from")} + ":" + std::string{body.text()});
        });
        stage.client->on({"b", "urn:x"}, stage.noting("b"));
        stage.client->on("message", stage.noting("message"));
        for (std::size_t at = 0; at < xml.size(); at += size) stage.says(xml.substr(at, size));
        CHECK(stage.seen.take() == "a@x/y:hi & ho b message");
    }
}
