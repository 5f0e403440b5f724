// The four forms of a table, closures, and every shape of a handler.
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

struct Beside {
    Notes& seen;
    void text(const Element& element) { seen.add("beside:" + std::string{element.text()}); }
};
HEADSTOCK_HANDLERS(Beside, on<&self::text>("message/body"))

class Inside {
public:
    explicit Inside(Notes& seen) : seen_(seen) {}

private:
    void text(const Element& element) { seen_.add("inside:" + std::string{element.text()}); }
    friend HEADSTOCK_HANDLERS(Inside, on<&self::text>("message/body"))
    Notes& seen_;
};

struct NoMacro {
    Notes& seen;
    void text(const Element& element) { seen.add("static:" + std::string{element.text()}); }
    static constexpr auto handlers() { return headstock::handlers(headstock::on<&NoMacro::text>("message/body")); }
};

} // namespace

namespace theirs {
struct Log {
    Notes& seen;
};
} // namespace theirs

static void log_text(theirs::Log& log, const Element& element) { log.seen.add("trait:" + std::string{element.text()}); }
static Element log_version(theirs::Log& log, const Tag& query) noexcept {
    log.seen.add("version");
    return Element{query.name()};
}

template <>
inline constexpr auto headstock::handlers_of<theirs::Log> =
    headstock::handlers(headstock::on<&log_text>("message/body"),
                        headstock::on<&log_version>("iq@type=get", "query", headstock::ns::version));

namespace {

template <class T>
std::string seen_by(T& object, Stage& stage, const char* xml = body) {
    stage.client->register_handler(object);
    auto seen = stage.seen_in(xml);
    stage.client->unregister_handler(object);
    return seen;
}

} // namespace

TEST_CASE("tables: forms A, B, C and D") {
    Stage stage;
    Beside a{stage.seen};
    Inside b{stage.seen};
    NoMacro c{stage.seen};
    theirs::Log d{stage.seen};
    CHECK(seen_by(a, stage) == "beside:hi");
    CHECK(seen_by(b, stage) == "inside:hi");
    CHECK(seen_by(c, stage) == "static:hi");
    CHECK(seen_by(d, stage) == "trait:hi");
    CHECK(seen_by(d, stage, "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>") == "version");
}

TEST_CASE("tables: a closure needs none") {
    Stage stage;
    stage.client->on("message@type=chat/body", [&](const Element& element) { stage.seen.add(element.text()); });
    stage.client->on({"body", ns::client}, [&, calls = 0](const Tag&) mutable { stage.seen.add(std::to_string(++calls)); });
    CHECK(stage.seen_in(body) == "hi 1");
    CHECK(stage.seen_in(body) == "hi 2");
}

namespace {

struct Other {
    virtual ~Other() = default;
    int filler[4] = {};
};
struct Base {
    explicit Base(Notes& notes) : seen(notes) {}
    virtual ~Base() = default;
    virtual void text(const Element& element) { seen.add("base:" + name + std::string{element.text()}); }
    std::string name = "b-";
    Notes& seen;
};
HEADSTOCK_HANDLERS(Base, on<&self::text>("message/body"))

struct Inherits : Other, Base { // Base lies behind Other
    using Base::Base;
};
struct Overrides : Other, Base {
    using Base::Base;
    void text(const Element&) override { seen.add("overridden:" + name); }
};
struct Replaces : Other, Base {
    using Base::Base;
    void all(const Tag& message) { seen.add("replaced:" + name + std::string{message.attribute("type")}); }
};
HEADSTOCK_HANDLERS(Replaces, on<&self::all>("message"), on<&Base::text>("message/subject"))

struct StaticBase {
    Notes& seen;
    int value = 7;
    void text(const Tag&) { seen.add("static-base:" + std::to_string(value)); }
    static constexpr auto handlers() { return headstock::handlers(headstock::on<&StaticBase::text>("message/body")); }
};
struct StaticDerived : Other, StaticBase {
    explicit StaticDerived(Notes& notes) : StaticBase{notes} {}
};

} // namespace

TEST_CASE("tables: a derived class inherits its base's table, though the base lies at another address") {
    Stage stage;
    Inherits inherits{stage.seen};
    REQUIRE(static_cast<void*>(&inherits) != static_cast<void*>(static_cast<Base*>(&inherits)));
    CHECK(seen_by(inherits, stage) == "base:b-hi");
    Overrides overrides{stage.seen};
    CHECK(seen_by(overrides, stage) == "overridden:b-");
    StaticDerived derived{stage.seen};
    CHECK(seen_by(derived, stage) == "static-base:7");
    CHECK(seen_by(static_cast<Base&>(inherits), stage) == "base:b-hi");
}

TEST_CASE("tables: a table of its own replaces the base's") {
    Stage stage;
    Replaces replaces{stage.seen};
    CHECK(seen_by(replaces, stage) == "replaced:b-chat");
    CHECK(seen_by(replaces, stage, "<message><subject>s</subject></message>") == "base:b-s replaced:b-");
}

TEST_CASE("tables: an object and its first member of another type are two handlers") {
    struct Whole {
        Beside member;
        void text(const Tag&) { member.seen.add("whole"); }
        static constexpr auto handlers() { return headstock::handlers(headstock::on<&Whole::text>("message/body")); }
    };
    Stage stage;
    Whole whole{{stage.seen}};
    stage.client->register_handler(whole);
    stage.client->register_handler(whole.member);
    CHECK(stage.seen_in(body) == "whole beside:hi");
    stage.client->unregister_handler(whole);
    CHECK(stage.seen_in(body) == "beside:hi");
}

namespace {

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
    CHECK(seen_by(overloaded, stage) == "tag element both");
}

TEST_CASE("tables: const and noexcept members, and every shape of parameters and results") {
    Stage stage;
    Shapes shapes{stage.seen};
    CHECK(seen_by(shapes, stage) == "const noexcept const-noexcept");
    stage.client->register_handler(shapes);
    stage.take();
    CHECK(stage.answer_to("<message><subject/></message>").starts_with("<message id='"));
    CHECK(stage.answer_to("<iq type='set' id='1' from='a@x'><a xmlns='urn:x'/></iq>") == support::empty_result("1", "a@x"));
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
    CHECK(stage.seen_in("<message><b xmlns='urn:x' n='b'/><a xmlns='urn:x' n='a1'/><a xmlns='urn:x' n='a2'/></message>") ==
          "a1 b");
    const std::string cde = "<c xmlns='urn:x' n='c'/><d xmlns='urn:x' n='d'/><e xmlns='urn:x' n='e'/><a xmlns='urn:x'/>";
    CHECK(stage.seen_in(from("romeo@e.test", cde)) == "c");
    CHECK(stage.seen_in(from("e.test", cde)) == "d");
    CHECK(stage.seen_in(from("bot@x.test/1", cde)) == "e");
    CHECK(stage.seen_in(from("a@x", "<result xmlns='urn:xmpp:mam:2' n='r'/>")) == "r");
    CHECK(stage.seen_in(from("bot@x.test/2", "<f xmlns='urn:x' n='f'/>")) == "");
    CHECK(stage.seen_in(from("bot@x.test/1", "<f xmlns='urn:x' n='f1'/><f xmlns='urn:x' n='f2'/>")) == "f1");
    CHECK(stage.seen_in(from("bot@x.test/1", "<f xmlns='urn:x' n='f3'/>")) == "");
}
