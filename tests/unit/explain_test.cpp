// Why was my handler not called?  Each reason by an example, and all of them against what is really
// called.
#include "bridge/writer.hpp"
#include "headstock/headstock.hpp"
#include "headstock/payload.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weather {
struct Report {
    int degrees = 0;
};
HEADSTOCK_PAYLOAD(Report, "report", "urn:weather", attribute<&self::degrees>("degrees"))
} // namespace weather

using headstock::Element, headstock::Fit, headstock::Match;
using headstock::Message, headstock::Sender, headstock::Tag;
using support::SessionKit;
namespace ns = headstock::ns;

namespace {

Element message(std::string_view from = "juliet@e.test/b") {
    return Element{"message", ns::client}.set("type", "chat").set("from", from);
}
Element with_body(std::string_view from = "juliet@e.test/b") {
    return message(from).add("body", "hello");
}

/// One row in a session, and what is said of it.
template <class F>
headstock::RowFit explained(const Match& match, F f, const Element& stanza) {
    SessionKit kit;
    kit.login();
    kit.client->on(match, f);
    const auto rows = kit.client->explain(stanza).rows;
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().why.empty() == (rows.front().fit == Fit::matched));
    return rows.front();
}
headstock::RowFit explained(const Match& match, const Element& stanza) {
    return explained(
        match, [](const Tag&) {}, stanza);
}

// It turns the direction of what a terminal shows behind it.
constexpr std::string_view turned = "\u202eodd";

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("explain: a row that matches") {
    const auto row = explained(Match{"message@type=chat/body"}, with_body());
    CHECK(row.fit == Fit::matched);
    CHECK(row.row == "a closure");
    CHECK(row.path == "message@type=chat/body");
}

TEST_CASE("explain: the name, the namespace and the path") {
    auto row = explained(Match{"message/subject"}, with_body());
    CHECK(row.fit == Fit::name);
    CHECK(holds(row.why, "<subject/> in 'jabber:client'"));
    row = explained(Match{{"body", "urn:x"}}, with_body());
    CHECK(row.fit == Fit::ns);
    CHECK(holds(row.why, "jabber:client"));
    row = explained(Match{"message/{urn:x}"}, with_body());
    CHECK(row.fit == Fit::ns);
    CHECK(row.path == "message/{urn:x}");
    row = explained(Match{"message/{urn:x}x/{jabber:client}body"}, with_body());
    CHECK(row.fit == Fit::path);
    CHECK(explained(Match{"presence"}, with_body()).fit == Fit::name);
    CHECK(explained(Match{"iq/body"}, with_body()).fit == Fit::path);
}

TEST_CASE("explain: a name at any depth does not reach what is forwarded (contract 2)") {
    const auto stanza =
        message().add(Element{"forwarded", ns::forwarded}.add(Element{"x", "urn:x"}));
    const auto row = explained(Match{{"x", "urn:x"}}, stanza);
    CHECK(row.fit == Fit::path);
    CHECK(holds(row.why, "forwarded"));
    CHECK(row.path == "{urn:x}x, at any depth");
}

TEST_CASE("explain: the type, and that errors have to be asked for") {
    auto row = explained(Match{"message@type=normal/body"}, with_body());
    CHECK(row.fit == Fit::type);
    CHECK(holds(row.why, "its type is chat"));
    row = explained(Match{"message/body"}, with_body().set("type", "error"));
    CHECK(row.fit == Fit::type);
    CHECK(holds(row.why, "@type=error"));
    row = explained(Match{"presence"}, Element{"presence", ns::client}.set("type", turned));
    CHECK(row.fit == Fit::type);
    CHECK_FALSE(holds(row.why, turned));
}

TEST_CASE("explain: the sender") {
    const auto own = with_body("romeo@e.test/elsewhere");
    auto row = explained(Match{"message/body", Sender::others}, own);
    CHECK(row.fit == Fit::sender);
    CHECK(holds(row.why, "romeo@e.test/elsewhere"));
    CHECK(explained(Match{"message/body", Sender::server}, own).fit == Fit::sender);
    CHECK(explained(Match{"message/body", Sender::account}, own).fit == Fit::sender);
    row = explained(Match{"message/body", Sender::jid, "nurse@e.test"}, own);
    CHECK(row.fit == Fit::sender);
    CHECK(holds(row.why, "nurse@e.test"));
}

TEST_CASE("explain: the id that a function of register_on_iq waits for") {
    SessionKit kit;
    kit.login();
    kit.client->register_on_iq([](const Tag&) {}, {.id = "one"});
    auto iq = headstock::iq_get("romeo@e.test/r").set("id", "two");
    CHECK(kit.client->explain(iq).rows.at(0).fit == Fit::id);
    CHECK(kit.client->explain(iq.set("id", "one")).rows.at(0).fit == Fit::matched);
}

TEST_CASE("explain: before the session rows see nothing") {
    SessionKit kit;
    kit.client->on(Match{"message/body"}, [](const Tag&) {});
    CHECK(kit.client->explain(with_body()).rows.at(0).fit == Fit::state);
    kit.login();
    CHECK(kit.client->explain(with_body()).rows.at(0).fit == Fit::matched);
}

TEST_CASE("explain: what only our own account may say, and answers that nobody asked for") {
    const auto push = headstock::iq_set("romeo@e.test/r")
                          .set("id", "1")
                          .set("from", "juliet@e.test")
                          .add(Element{"query", ns::roster}.add(Element{"item", ns::roster}));
    auto row = explained(Match{{"item", ns::roster}}, push);
    CHECK(row.fit == Fit::guard);
    CHECK(holds(row.why, "juliet@e.test"));
    CHECK(explained(Match{{"item", ns::roster}, Sender::anyone}, push).fit == Fit::matched);
    row = explained(
        Match{"iq@type=result"},
        Element{"iq", ns::client}.set("type", "result").set("id", "1").set("from", "e.test"));
    CHECK(row.fit == Fit::forged);
    CHECK(holds(row.why, "no request of ours"));
}

TEST_CASE("explain: an answer to a request of ours") {
    SessionKit kit;
    kit.login();
    kit.client->on(Match{"iq@type=result"}, [](const Tag&) {});
    const auto sent = kit.client->request(headstock::iq_get("e.test").add(Element{"q", "urn:q"}),
                                          [](const headstock::Response&) {});
    auto answer =
        Element{"iq", ns::client}.set("type", "result").set("id", sent.id).set("from", "e.test");
    CHECK(kit.client->explain(answer).rows.at(0).fit == Fit::matched);
    CHECK(kit.client->explain(answer.set("from", "x.test")).rows.at(0).fit == Fit::forged);
}

TEST_CASE("explain: what would be copied, and namespaces that are too long") {
    auto options = support::in_clear();
    options.limits.copied = 0;
    SessionKit kit{options};
    kit.login();
    kit.client->on(Match{{"x", "urn:x"}}, [](const Element&, const Element&) {});
    kit.client->on(Match{{"x", "urn:x"}}, [](Element) {});
    Element deep{"x", "urn:x"};
    for (int i = 0; i < 200; ++i) deep = Element{"x", "urn:x"}.add(deep);
    const auto rows = kit.client->explain(message().add(deep)).rows;
    CHECK(rows.at(0).fit == Fit::matched);
    CHECK(rows.at(1).fit == Fit::matched); // the limit grows with what came
    const auto odd = message().add(Element{"x", "urn:" + std::string(200, 'x')});
    CHECK(explained(Match{"message"}, odd).fit == Fit::budget);
}

TEST_CASE("explain: a payload that does not read, and nothing is called to find that out") {
    int calls = 0;
    const auto count = [&](const weather::Report&) { ++calls; };
    const auto bad = message().add(Element{"report", "urn:weather"}.set("degrees", "hot"));
    auto row = explained(Match{"message"}, count, bad);
    CHECK(row.fit == Fit::payload);
    CHECK(holds(row.why, "degrees"));
    const auto good = message().add(Element{"report", "urn:weather"}.set("degrees", "3"));
    CHECK(explained(Match{"message"}, count, good).fit == Fit::matched);
    CHECK(calls == 0);
}

TEST_CASE("explain: on_message takes no message without a body") {
    SessionKit kit;
    kit.login();
    int calls = 0;
    kit.client->on_message([&](const Message&) { ++calls; });
    CHECK(kit.client->explain(message()).rows.at(0).fit == Fit::payload);
    CHECK(kit.client->explain(with_body()).rows.at(0).fit == Fit::matched);
    CHECK(kit.client->explain(with_body("romeo@e.test/x")).rows.at(0).fit == Fit::sender);
    CHECK(calls == 0);
}

TEST_CASE("explain: one line a row, with nothing that acts on a terminal") {
    SessionKit kit;
    kit.login();
    kit.client->on(Match{"message/body", Sender::server}, [](const Tag&) {});
    kit.client->on(Match{"message@type=chat/{urn:x}y"}, [](const Tag&) {});
    const auto from = std::string{turned} + "@e.test";
    const auto text = kit.client->explain(with_body(from)).text();
    CHECK(text == "a closure (message/body): not called: it is from " + headstock::printable(from) +
                      ", and the row takes stanzas from our server\n"
                      "a closure (message@type=chat/{urn:x}y): not called: there is no <y/> in "
                      "'urn:x' in it\n");
    CHECK_FALSE(holds(text, turned));
}

TEST_CASE("explain: what is no stanza is said to be none") {
    const auto row = explained(Match{"message"}, Element{"message", "urn:x"});
    CHECK(row.fit == Fit::name);
    CHECK(holds(row.why, "no stanza"));
    CHECK_FALSE(holds(row.why, "jabber:client"));
    const auto from_log = explained(Match{"message"}, *Element::parse("<message/>"));
    CHECK(from_log.fit == Fit::name);
    CHECK(holds(from_log.why, "xmlns='jabber:client'"));
}

namespace {

// Rows of every kind, each of which counts its calls.
class Counting {
public:
    explicit Counting(headstock::BaseClient& client) : client_(client) {
        for (const auto sender : {Sender::usual, Sender::anyone, Sender::others, Sender::account,
                                  Sender::server, Sender::jid}) {
            for (const auto& path : paths()) add(path, sender);
        }
    }

    const std::vector<int>& calls() const { return calls_; }
    void clear() { calls_.assign(calls_.size(), 0); }

private:
    static std::vector<headstock::Path> paths() {
        return {"message",
                "message@type=chat",
                "message@type=error/body",
                "message/body",
                "message/{urn:x}",
                "message/{urn:x}x/y",
                "presence",
                "iq@type=result",
                "message/{http://jabber.org/protocol/pubsub#event}event/items",
                "message/{urn:xmpp:forward:0}forwarded/{urn:x}x",
                {"x", "urn:x"},
                {"y", "urn:x"},
                {"item", ns::roster},
                {"query", ns::roster},
                {"items", "http://jabber.org/protocol/pubsub#event"},
                {"event", "http://jabber.org/protocol/pubsub#event"}};
    }

    void add(const headstock::Path& path, Sender sender) {
        Match match{path, sender, sender == Sender::jid ? "juliet@e.test" : ""};
        const auto tag = calls_.size();
        client_.on(match, [this, tag](const Tag&) { ++calls_[tag]; });
        match.whole = true;
        client_.on(match, [this, tag](const Element&) { ++calls_[tag + 1]; });
        client_.on(match, [this, tag](Element, const Element&) { ++calls_[tag + 2]; });
        calls_.resize(tag + 3);
    }

    headstock::BaseClient& client_;
    std::vector<int> calls_;
};

// Small stanzas of what matters to dispatch.
class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}

    Element stanza() {
        constexpr std::array names{"message", "message", "presence", "iq"};
        constexpr std::array types{"", "chat", "error", "result", "unavailable", "nonsense"};
        constexpr std::array senders{"",          "romeo@e.test",  "romeo@e.test/x",
                                     "e.test",    "juliet@e.test", "juliet@e.test/b",
                                     "x.test/ab", "ROMEO@e.test"};
        Element made{pick(names), ns::client};
        const std::string type{pick(types)};
        if (!type.empty()) made.set("type", type);
        if (const std::string from{pick(senders)}; !from.empty()) made.set("from", from);
        if (number(4) != 0) made.set("id", "1");
        fill(made);
        return made;
    }

private:
    template <std::size_t N>
    const char* pick(const std::array<const char*, N>& all) {
        return all[number(all.size())];
    }
    std::size_t number(std::size_t below) { return engine_() % below; }

    // From the leaves upwards: those of a level are shared out to the one above it.
    void fill(Element& parent) {
        std::vector<Element> below;
        for (int level = 0; level < 3; ++level) {
            std::vector<Element> here;
            for (auto n = number(4); n > 0; --n) here.push_back(element());
            for (auto& child : below)
                (here.empty() ? parent : here[number(here.size())]).add(child);
            below = std::move(here);
        }
        for (auto& child : below) parent.add(child);
    }
    Element element() {
        constexpr auto events = "http://jabber.org/protocol/pubsub#event";
        switch (number(10)) {
        case 0:
            return Element{"body", ns::client};
        case 1:
        case 2:
            return Element{"x", "urn:x"};
        case 3:
            return Element{"y", "urn:x"};
        case 4:
            return Element{"item", ns::roster};
        case 5:
            return Element{"query", ns::roster};
        case 6:
            return Element{"forwarded", ns::forwarded};
        case 7:
            return Element{"event", events};
        case 8:
            return Element{"items", events}.set("node", "storage:bookmarks");
        default:
            return Element{"items", events}.set("node", "tunes");
        }
    }

    std::mt19937 engine_;
};

} // namespace

TEST_CASE("explain: says of every row what dispatch does, for 3,000 stanzas") {
    SessionKit kit;
    kit.login();
    Counting rows{*kit.client};
    Dice dice{14};
    std::size_t matched = 0;
    std::array<std::size_t, 16> seen{};
    for (int i = 0; i < 3000 && kit.client->ready(); ++i) {
        const auto stanza = dice.stanza();
        const auto explanation = kit.client->explain(stanza);
        REQUIRE(explanation.rows.size() == rows.calls().size());
        rows.clear();
        kit.says(stanza.xml());
        kit.take();
        for (std::size_t row = 0; row < rows.calls().size(); ++row) {
            const auto& said = explanation.rows[row];
            ++seen[static_cast<std::size_t>(said.fit)];
            if ((said.fit == Fit::matched) == (rows.calls()[row] > 0)) continue;
            CAPTURE(stanza.xml());
            CAPTURE(row);
            CAPTURE(said.path);
            CAPTURE(said.why);
            CAPTURE(rows.calls()[row]);
            FAIL_CHECK("explain and dispatch differ");
        }
        matched += seen[0] > 0 ? 1 : 0;
    }
    CHECK(kit.client->ready());
    CHECK(matched > 1000);
    for (const auto fit : {Fit::matched, Fit::name, Fit::ns, Fit::path, Fit::type, Fit::sender,
                           Fit::guard, Fit::forged})
        CHECK(seen[static_cast<std::size_t>(fit)] > 100);
}
