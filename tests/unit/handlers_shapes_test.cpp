// Every shape of a handler: parameters, results, and what a row may say beside its path.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Element, headstock::Ok, headstock::Reply, headstock::StanzaError, headstock::Tag;
using support::Notes, support::Stage;

namespace {

constexpr auto body = "<message type='chat' from='a@x/y'><body>hi</body></message>";

struct Overloaded {
    Notes& seen;
    void text(const Tag&) { seen.add("tag"); }
    void text(const Element&) { seen.add("element"); }
    void text(const Element&, const Tag&) const { seen.add("both"); }
    int text() { return 0; }
};
HEADSTOCK_HANDLERS(Overloaded,
                   on<overload<const Tag&>(&self::text)>("message/body"),
                   on<overload<const Element&>(&self::text)>("message/body"),
                   on<overload<const Element&, const Tag&>(&self::text)>("message/body"))

struct Shapes {
    Notes& seen;
    void constant(const Tag&) const { seen.add("const"); }
    void quiet(const Tag&) noexcept { seen.add("noexcept"); }
    void both(Element) const noexcept { seen.add("const-noexcept"); }
    const Element& reference(const Tag&) { return answer; }
    Ok stanza_tag(const Tag&, const Tag&) { return headstock::ok; }
    std::optional<StanzaError> maybe(const Element&, const Element&) { return StanzaError{}; }
    std::vector<Element> many(Element, const Tag&) { return {}; }
    void reply(const Tag&, Reply) {}
    void all(const Element&, const Element&, Reply) {}
    Element answer{"message", "jabber:client"};
};
HEADSTOCK_HANDLERS(Shapes,
                   on<&self::constant>("message/body"),
                   on<&self::quiet>("message/body"),
                   on<&self::both>("message/body"),
                   on<&self::reference>("message/subject"),
                   on<&self::stanza_tag>("iq@type=set", "a", "urn:x"),
                   on<&self::maybe>("iq@type=get/{urn:x}a"),
                   on<&self::many>("presence"),
                   on<&self::reply>("iq@type=get/{urn:x}r"),
                   on<&self::all>("iq@type=set/{urn:x}r"))

struct Modified {
    Notes& seen;
    void note(const Tag& tag) { seen.add(tag.attribute("n")); }
};
HEADSTOCK_HANDLERS(Modified,
                   on<&self::note>("a", "urn:x").once(),
                   on<&self::note>("b", "urn:x").whole(),
                   on<&self::note>("message/{urn:x}c").from_account(),
                   on<&self::note>("message/{urn:x}d").from_server(),
                   on<&self::note>("message/{urn:x}e").from("bot@x.test"),
                   on<&self::note>("message", "result", ns::archive).from_anyone(),
                   on<&self::note>("f", "urn:x").from("bot@x.test/1").once().whole())

} // namespace

TEST_CASE("tables: overload picks one of several functions by its parameters") {
    Stage stage;
    Overloaded overloaded{stage.seen};
    stage.client->register_handler(overloaded);
    CHECK(stage.seen_in(body) == "tag element both");
}

TEST_CASE("tables: const and noexcept members, and every shape of parameters and results") {
    Stage stage;
    Shapes shapes{stage.seen};
    stage.client->register_handler(shapes);
    CHECK(stage.seen_in(body) == "const noexcept const-noexcept");
    stage.take();
    CHECK(stage.answer_to("<message><subject/></message>").starts_with("<message id='"));
    CHECK(stage.answer_to("<iq type='set' id='1' from='a@x'><a xmlns='urn:x'/></iq>") ==
          support::empty_result("1", "a@x"));
    CHECK(stage.answer_to("<iq type='get' id='2' from='a@x'><a xmlns='urn:x'/></iq>") ==
          support::error_answer("2", "a@x", "undefined-condition"));
    CHECK(stage.answer_to("<presence/>") == "");
    CHECK(stage.answer_to("<iq type='get' id='3' from='a@x'><r xmlns='urn:x'/></iq>") ==
          support::error_answer("3", "a@x", "internal-server-error"));
}

TEST_CASE("tables: once, whole, from_account, from_server, from and from_anyone on a row") {
    Stage stage;
    Modified modified{stage.seen};
    stage.client->register_handler(modified);
    const auto from = [](std::string_view jid, std::string_view inner) {
        return "<message from='" + std::string{jid} + "'>" + std::string{inner} + "</message>";
    };
    CHECK(stage.seen_in("<message><b xmlns='urn:x' n='b'/><a xmlns='urn:x' n='a1'/><a "
                        "xmlns='urn:x' n='a2'/></message>") == "a1 b");
    const std::string cde = "<c xmlns='urn:x' n='c'/><d xmlns='urn:x' n='d'/><e xmlns='urn:x' "
                            "n='e'/><a xmlns='urn:x'/>";
    CHECK(stage.seen_in(from("romeo@e.test", cde)) == "c");
    CHECK(stage.seen_in(from("e.test", cde)) == "d");
    CHECK(stage.seen_in(from("bot@x.test/1", cde)) == "e");
    CHECK(stage.seen_in(from("a@x", "<result xmlns='urn:xmpp:mam:2' n='r'/>")) == "r");
    CHECK(stage.seen_in(from("bot@x.test/2", "<f xmlns='urn:x' n='f'/>")) == "");
    CHECK(stage.seen_in(
              from("bot@x.test/1", "<f xmlns='urn:x' n='f1'/><f xmlns='urn:x' n='f2'/>")) == "f1");
    CHECK(stage.seen_in(from("bot@x.test/1", "<f xmlns='urn:x' n='f3'/>")) == "");
}
