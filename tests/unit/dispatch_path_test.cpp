// Paths at work: each step, each type, names of a namespace, many rows on one name.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

namespace ns = headstock::ns;
using support::Stage;

TEST_CASE("path: a step without a namespace is in that of the step before it") {
    Stage stage;
    stage.client->on("message/{urn:x}a/b", stage.noting("ab"));
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><b/></a></message>") == "ab");
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><b xmlns='urn:y'/></a></message>") == "");
    CHECK(stage.seen_in("<message><b xmlns='urn:x'/></message>") == "");
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><a><b/></a></a></message>") == "");
    CHECK(stage.seen_in("<presence><a xmlns='urn:x'><b/></a></presence>") == "");
}

TEST_CASE("path: {namespace} alone is any element of it") {
    Stage stage;
    const auto name = [&](const headstock::Tag& tag) { stage.seen.add(tag.local_name()); };
    stage.client->on("message/{urn:x}", name);
    CHECK(stage.seen_in(
              "<message><a xmlns='urn:x'/><b xmlns='urn:x'/><c xmlns='urn:y'/></message>") ==
          "a b");
    stage.client->on("message/{urn:y}/{urn:x}deep", name);
    CHECK(stage.seen_in("<message><p xmlns='urn:y'><deep xmlns='urn:x'/></p></message>") == "deep");
    CHECK(stage.seen_in("<message><q xmlns='urn:z'><deep xmlns='urn:x'/></q></message>") == "");
}

TEST_CASE("path: six steps are the longest") {
    Stage stage;
    stage.client->on("message/{urn:x}a/b/c/d/e", stage.noting("e"));
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><b><c><d><e/></d></c></b></a></message>") ==
          "e");
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><b><c><d/><e/></c></b></a></message>") == "");
}

TEST_CASE("path: the stanza's type counts for what is inside") {
    Stage stage;
    stage.client->on("message@type=chat/body", stage.noting("chat"));
    stage.client->on("message@type=groupchat/body", stage.noting("room"));
    stage.client->on("message/body", stage.noting("any"));
    CHECK(stage.seen_in("<message type='chat'><body/></message>") == "chat any");
    CHECK(stage.seen_in("<message type='groupchat'><body/></message>") == "room any");
    CHECK(stage.seen_in("<message><body/></message>") == "any");
    CHECK(stage.seen_in("<message type='error'><body/></message>") == "");
}

TEST_CASE("path: stanza and payload as two arguments of a row") {
    struct Versions {
        headstock::Element asked(const headstock::Tag& query) {
            return headstock::Element{query.name()}.add("name", "x");
        }
        static constexpr auto handlers() {
            return headstock::handlers(
                headstock::on<&Versions::asked>("iq@type=get", "query", ns::version));
        }
    } versions;
    Stage stage;
    stage.client->register_handler(versions);
    CHECK(stage.answer_to(
              "<iq type='get' id='1' from='a@x/y'><query xmlns='jabber:iq:version'/></iq>") ==
          "<iq to='a@x/y' type='result' id='1'><query "
          "xmlns='jabber:iq:version'><name>x</name></query></iq>");
    CHECK(stage.answer_to(
              "<iq type='set' id='2' from='a@x/y'><query xmlns='jabber:iq:version'/></iq>") ==
          support::error_answer("2", "a@x/y", "service-unavailable"));
}

TEST_CASE("path: a peer that invents names without end does not confuse the rows") {
    Stage stage;
    stage.client->on({"a", "urn:x"}, stage.noting("a"));
    stage.client->on("message/{urn:w}", stage.noting("w"));
    stage.client->on("message/{urn:late}b", stage.noting("b"));
    for (int i = 0; i < 20'000; ++i) {
        const auto name = "n" + std::to_string(i);
        CHECK(stage.seen_in("<message><" + name + " xmlns='urn:x'/></message>") == "");
    }
    CHECK(stage.seen_in("<message><b xmlns='urn:late'/></message>") == "b");
    CHECK(stage.seen_in("<message><zzz xmlns='urn:w'/><a xmlns='urn:x'/></message>") == "w a");
    for (int i = 0; i < 20'000; ++i) {
        const auto name = "m" + std::to_string(i);
        CHECK(stage.seen_in("<message><" + name + " xmlns='urn:late'/></message>") == "");
    }
    CHECK(stage.seen_in("<message><b xmlns='urn:late'/><zzz xmlns='urn:w'/></message>") == "b w");
}
