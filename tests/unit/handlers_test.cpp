// The four forms of a table, inherited ones, and closures.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
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
    friend HEADSTOCK_HANDLERS(Inside, on<&self::text>("message/body")) Notes& seen_;
};

struct NoMacro {
    Notes& seen;
    void text(const Element& element) { seen.add("static:" + std::string{element.text()}); }
    static constexpr auto handlers() {
        return headstock::handlers(headstock::on<&NoMacro::text>("message/body"));
    }
};

} // namespace

namespace theirs {
struct Log {
    Notes& seen;
};
} // namespace theirs

static void log_text(theirs::Log& log, const Element& element) {
    log.seen.add("trait:" + std::string{element.text()});
}
static Element log_version(theirs::Log& log, const Tag& query) noexcept {
    log.seen.add("version");
    return Element{query.name()};
}

template <>
inline constexpr auto headstock::handlers_of<theirs::Log> = headstock::handlers(
    headstock::on<&log_text>("message/body"),
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
    CHECK(seen_by(d, stage, "<iq type='get' id='1'><query xmlns='jabber:iq:version'/></iq>") ==
          "version");
}

TEST_CASE("tables: a closure needs none") {
    Stage stage;
    stage.client->on("message@type=chat/body",
                     [&](const Element& element) { stage.seen.add(element.text()); });
    stage.client->on({"body", ns::client}, [&, calls = 0](const Tag&) mutable {
        stage.seen.add(std::to_string(++calls));
    });
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
    virtual void text(const Element& element) {
        seen.add("base:" + name + std::string{element.text()});
    }
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
    void all(const Tag& message) {
        seen.add("replaced:" + name + std::string{message.attribute("type")});
    }
};
HEADSTOCK_HANDLERS(Replaces, on<&self::all>("message"), on<&Base::text>("message/subject"))

struct StaticBase {
    Notes& seen;
    int value = 7;
    void text(const Tag&) { seen.add("static-base:" + std::to_string(value)); }
    static constexpr auto handlers() {
        return headstock::handlers(headstock::on<&StaticBase::text>("message/body"));
    }
};
struct StaticDerived : Other, StaticBase {
    explicit StaticDerived(Notes& notes) : StaticBase{notes} {}
};

} // namespace

TEST_CASE(
    "tables: a derived class inherits its base's table, though the base lies at another address") {
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
    CHECK(seen_by(replaces, stage, "<message><subject>s</subject></message>") ==
          "base:b-s replaced:b-");
}

TEST_CASE("tables: an object and its first member of another type are two handlers") {
    struct Whole {
        Beside member;
        void text(const Tag&) { member.seen.add("whole"); }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on<&Whole::text>("message/body"));
        }
    };
    Stage stage;
    Whole whole{{stage.seen}};
    stage.client->register_handler(whole);
    stage.client->register_handler(whole.member);
    CHECK(stage.seen_in(body) == "whole beside:hi");
    stage.client->unregister_handler(whole);
    CHECK(stage.seen_in(body) == "beside:hi");
}
