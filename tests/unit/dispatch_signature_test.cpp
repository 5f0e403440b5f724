// Contract 3: the signature says what is built, and nobody sees more or less because of another.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <type_traits>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

constexpr auto chat =
    "<message from='a@x/y' type='chat'><body>hi <b xmlns='urn:x'>there</b></body></message>";

} // namespace

TEST_CASE("contract 3: const Tag& is the name and the attributes") {
    Stage stage;
    stage.client->on({"item", ns::roster}, [&](const Tag& item) {
        CHECK(item.is("item", ns::roster));
        stage.seen.add(item.attribute("jid"));
    });
    CHECK(
        stage.seen_in(
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@x'><group>g</group>"
            "</item></query></iq>") == "a@x");
}

TEST_CASE("contract 3: const Element& is the subtree") {
    Stage stage;
    stage.client->on("message/body", [&](const Element& body) { stage.seen.add(body.xml()); });
    CHECK(stage.seen_in(chat) ==
          "<body xmlns='jabber:client'>hi <b xmlns='urn:x'>there</b></body>");
}

TEST_CASE("contract 3: Element is a copy to keep") {
    Stage stage;
    Element kept;
    stage.client->on("message/body", [&](Element body) { kept = std::move(body); });
    stage.says(chat);
    stage.says("<message><other/></message>");
    CHECK(kept.all_text() == "hi there");
    CHECK_FALSE(kept.parent());
}

TEST_CASE("contract 3: const Tag& second is the stanza, free") {
    Stage stage;
    stage.client->on("message/body", [&](const Element& body, const Tag& message) {
        stage.seen.add(body.text());
        stage.seen.add(message.attribute("from"));
    });
    CHECK(stage.seen_in("<message from='a@x/y'><body>hi</body>") == "hi a@x/y"); // it is still open
}

TEST_CASE(
    "contract 3: const Element& second is the stanza, built whole, and the row runs at its end") {
    Stage stage;
    stage.client->on("message/subject", [&](const Tag&, const Element& message) {
        stage.seen.add(message.child("body").text());
    });
    CHECK(stage.seen_in("<message><subject>s</subject><body>later</body>") == "");
    CHECK(stage.seen_in("</message>") == "later");
}

TEST_CASE("contract 3: a name at any depth may ask for the stanza too") {
    Stage stage;
    stage.client->on({"item", "urn:x"}, [&](const Element& item, const Element& stanza) {
        stage.seen.add(item.text());
        stage.seen.add(std::to_string(stanza.children().size()));
    });
    CHECK(stage.seen_in("<message><a xmlns='urn:x'><item>1</item></a><body/></message>") == "1 2");
}

TEST_CASE("contract 3: an iq get or set gives a Reply, with or without the stanza") {
    Stage stage;
    stage.client->on("iq/{urn:x}a",
                     [](const Tag&, headstock::Reply reply) { std::move(reply)(headstock::ok); });
    stage.client->on("iq/{urn:x}b", [](const Element& b, const Tag& iq, headstock::Reply reply) {
        std::move(reply)(Element{b.name()}.set("type", iq.attribute("type")));
    });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><a xmlns='urn:x'/></iq>") ==
          support::empty_result("1", "a@x"));
    CHECK(stage.answer_to("<iq type='set' id='2' from='a@x'><b xmlns='urn:x'/></iq>") ==
          "<iq to='a@x' type='result' id='2'><b xmlns='urn:x' type='set'/></iq>");
}

TEST_CASE("contract 3: an ancestor is always a Tag, whatever others had built") {
    static_assert(std::is_same_v<decltype(std::declval<const Element&>().parent()), const Tag&>);
    for (const bool another : {false, true}) {
        CAPTURE(another);
        Stage stage;
        if (another) stage.client->on("iq@type=set", [](Element) {});
        stage.client->on({"item", ns::roster}, [&](const Element& item) {
            stage.seen.add(item.parent().attribute("ver"));
            stage.seen.add(item.parent().parent().attribute("id"));
            CHECK_FALSE(item.parent().parent().parent().parent());
        });
        CHECK(stage.seen_in("<iq type='set' id='p'><query xmlns='jabber:iq:roster' "
                            "ver='v'><item/></query></iq>") == "v p");
    }
}

TEST_CASE("contract 3: a row for query does not lose its items because another object has a row "
          "for item") {
    struct Whole {
        Stage& stage;
        void roster(const Element& query) {
            stage.seen.add("query:" + std::to_string(query.children().size()));
        }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on<&Whole::roster>("query", ns::roster));
        }
    };
    struct Each {
        Stage& stage;
        void contact(const Element& item) { stage.seen.add(item.child("group").text()); }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on<&Each::contact>("item", ns::roster));
        }
    };
    Stage stage;
    Whole whole{stage};
    Each each{stage};
    stage.client->register_handler(each);
    stage.client->register_handler(whole);
    CHECK(
        stage.seen_in(
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item><group>one</group></item>"
            "<item><group>two</group></item></query></iq>") == "one two query:2");
}

TEST_CASE("contract 3: on_unhandled and register_on_iq take what rows take") {
    Stage stage;
    stage.client->on_unhandled(
        [&](const Tag&, const Element& stanza) { stage.seen.add(stanza.child("body").text()); });
    CHECK(stage.seen_in("<message><body>built</body></message>") == "built");
    stage.client->on_unhandled(
        [&](const Element& stanza) { stage.seen.add(stanza.child("body").text()); });
    CHECK(stage.seen_in("<message><body>too</body></message>") == "too");
    stage.client->register_on_iq([&](const Tag& iq, const Element& stanza, headstock::Reply reply) {
        stage.seen.add(iq.attribute("id"));
        std::move(reply)(Element{stanza.first_child().name()});
    });
    CHECK(stage.answer_to("<iq type='get' id='7' from='a@x'><q xmlns='urn:x'/></iq>") ==
          "<iq to='a@x' type='result' id='7'><q xmlns='urn:x'/></iq>");
    CHECK(stage.seen.take() == "7");
}
