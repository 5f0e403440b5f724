// XEP-0490: how far chats are shown is fetched, followed, and told to the account's other clients.
#include "headstock/extensions/displayed.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Answer, headstock::Displayed, headstock::DisplayedChanged,
    headstock::DisplayedLoaded, headstock::DisplayedMark, headstock::Errc, headstock::Jid,
    headstock::Ok, headstock::StanzaId;
using support::Asked, support::Stage;

namespace {

const Jid account{"romeo@e.test"};
const Jid juliet{"juliet@e.test"};

std::string mark(const std::string& id, const std::string& by = "romeo@e.test") {
    return "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' id='" +
           id + "' by='" + by + "'/></displayed>";
}
std::string item(const std::string& chat, const std::string& inside) {
    return "<item id='" + chat + "'>" + inside + "</item>";
}
std::string pubsub(const std::string& inside) {
    return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>";
}
std::string list(const std::string& items) {
    return pubsub("<items node='urn:xmpp:mds:displayed:0'>" + items + "</items>");
}
std::string event(const std::string& inside,
                  const std::string& from = "romeo@e.test",
                  const std::string& node = "urn:xmpp:mds:displayed:0") {
    return "<message" + (from.empty() ? "" : " from='" + from + "'") +
           " type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" +
           node + "'>" + inside + "</items></event></message>";
}
std::string features(const std::string& feature) {
    return "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='" + feature +
           "'/></query>";
}
const std::string options_feature = "http://jabber.org/protocol/pubsub#publish-options";

struct DisplayedStage : Stage {
    explicit DisplayedStage(headstock::Options options = support::in_clear())
        : Stage{std::move(options)} {
        client->on_event([this](const DisplayedChanged& changed) {
            seen.add(changed.chat.str() + '=' + changed.upto.id);
        });
        client->on_event([this](const DisplayedLoaded& loaded) {
            seen.add("loaded:" + std::to_string(loaded.chats));
        });
        client->register_handler(displayed);
    }
    std::string loads(const std::string& items) { return Asked{*this}.result(list(items)); }
    auto note() {
        return [this](const Answer<Ok>& answer) {
            seen.add(answer ? "done" : answer.failure() ? "failed" : answer.message());
        };
    }

    Displayed displayed;
};

} // namespace

TEST_CASE("displayed: every example of the specification is read and written again") {
    for (const auto* by : {"juliet@capulet.lit", "example@conference.shakespeare.lit"}) {
        const auto xml = mark("0f710f2b-52ed-4d52-b928-784dad74a52b", by);
        const auto read = headstock::payload_from_xml<DisplayedMark>(xml);
        REQUIRE(read);
        CHECK(headstock::to_element(*read) == headstock::Element::parse(xml).value());
    }
}

TEST_CASE("displayed: what was shown is fetched, and what nobody may say is not believed") {
    DisplayedStage stage;
    Asked asked{stage};
    CHECK(asked.xml ==
          "<iq type='get'>" + pubsub("<items node='urn:xmpp:mds:displayed:0'/>") + "</iq>");
    CHECK(asked.result(list(item("juliet@e.test", mark("1")) +
                            item("room@muc.e.test", mark("2", "room@muc.e.test")) +
                            item("room@muc.e.test/nick", mark("3")) +
                            item("a@x", mark("4", "b@x")) + item("@", mark("5")) +
                            item("c@x", mark("")) + item("d@x", "<other/>"))) ==
          "juliet@e.test=1 room@muc.e.test=2 room@muc.e.test/nick=3 loaded:7");
    CHECK(stage.displayed.loaded());
    CHECK(stage.displayed.chats().size() == 3);
    CHECK(stage.displayed.find(juliet)->id == "1");
    CHECK(stage.displayed.find(account) == nullptr);
}

TEST_CASE("displayed: an account that has none yet has nothing to load") {
    DisplayedStage stage;
    CHECK(Asked{stage}.error("item-not-found") == "loaded:0");
    CHECK(stage.displayed.loaded());
    DisplayedStage other;
    CHECK(Asked{other}.error("service-unavailable").empty());
    CHECK_FALSE(other.displayed.loaded());
}

TEST_CASE("displayed: other clients of the account say how far, and nobody else does") {
    DisplayedStage stage;
    stage.loads(item("juliet@e.test", mark("1")));
    CHECK(stage.seen_in(event(item("juliet@e.test", mark("2")))) == "juliet@e.test=2");
    CHECK(stage.seen_in(event(item("juliet@e.test", mark("2")))).empty()); // known
    CHECK(stage.seen_in(event(item("a@x", mark("3")), "")) == "a@x=3");
    for (const auto* who : {"juliet@e.test", "romeo@e.test/other", "e.test"})
        CHECK(stage.seen_in(event(item("juliet@e.test", mark("9")), who)).empty());
    CHECK(stage.seen_in(event(item("a@x", mark("9")), "romeo@e.test", "urn:other")).empty());
    CHECK(stage.seen_in(event("<retract id='a@x'/>", "juliet@e.test")).empty());
    CHECK(stage.displayed.find(Jid{"a@x"})->id == "3");
    stage.says(event("<retract id='a@x'/>", "romeo@e.test", "urn:other"));
    CHECK(stage.displayed.find(Jid{"a@x"})->id == "3");
    stage.says(event("<retract id='a@x'/>"));
    CHECK(stage.displayed.find(Jid{"a@x"}) == nullptr);
}

TEST_CASE("displayed: a mark is published for us alone, once the server is known to be able to") {
    DisplayedStage stage;
    stage.loads("");
    stage.seen.take();
    CHECK(stage.displayed.mark(juliet, {"7", account}, stage.note()));
    Asked first{stage};
    CHECK(first.xml == "<iq type='get' to='romeo@e.test'><query "
                       "xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    CHECK(first.result(features(options_feature)).empty());
    Asked publish{stage};
    const auto wanted = [](const std::string& id) {
        const auto field = [](const std::string& name, const std::string& value) {
            return "<field var='pubsub#" + name + "'><value>" + value + "</value></field>";
        };
        return "<iq type='set'>" +
               pubsub("<publish node='urn:xmpp:mds:displayed:0'>" +
                      item("juliet@e.test", mark(id)) +
                      "</publish><publish-options><x xmlns='jabber:x:data' type='submit'><field "
                      "var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/"
                      "pubsub#publish-options</value></field>" +
                      field("access_model", "whitelist") + field("persist_items", "true") +
                      field("max_items", "max") + field("send_last_published_item", "never") +
                      "</x></publish-options>") +
               "</iq>";
    };
    CHECK(publish.xml == wanted("7"));
    CHECK(publish.result() == "done");
    CHECK(stage.displayed.mark(juliet, {"8", account}, stage.note()));
    Asked second{stage};
    CHECK(second.xml == wanted("8")); // it is not asked again
    CHECK(second.error("conflict") == "conflict (cancel)");
}

TEST_CASE("displayed: a server that knows few publish options is asked by those") {
    DisplayedStage stage;
    stage.loads("");
    stage.seen.take();
    stage.displayed.mark(juliet, {"7", account}, stage.note());
    CHECK(Asked{stage}.result(features(options_feature)).empty());
    CHECK(Asked{stage}.error("resource-constraint").empty());
    Asked again{stage};
    CHECK(again.xml.find("max_items") == std::string::npos);
    CHECK(again.xml.find("send_last") == std::string::npos);
    CHECK(again.xml.find("whitelist") != std::string::npos);
    CHECK(again.error("resource-constraint") == "resource-constraint (cancel)");
    CHECK(stage.take().empty());
}

TEST_CASE("displayed: where it would not be private nothing is published") {
    DisplayedStage stage;
    stage.loads("");
    stage.seen.take();
    stage.displayed.mark(juliet, {"7", account}, stage.note());
    CHECK(Asked{stage}.result(features("urn:other")) == "failed");
    CHECK(stage.displayed.mark(juliet, {"8", account}).error.code == Errc::service_not_offered);
    CHECK(stage.take().empty());
    DisplayedStage other;
    other.loads("");
    other.seen.take();
    other.displayed.mark(juliet, {"7", account}, other.note());
    CHECK(Asked{other}.error("forbidden") == "forbidden (cancel)");
}

TEST_CASE("displayed: an id that nobody vouches for is no mark") {
    DisplayedStage stage;
    stage.loads("");
    CHECK(stage.displayed.mark(juliet, {"7", juliet}).number != 0); // as a room's own
    stage.take();
    CHECK(stage.displayed.mark(juliet, {"7", Jid{"a@x"}}).error.code == Errc::invalid_option);
    CHECK(stage.displayed.mark(juliet, {"", account}).error.code == Errc::invalid_option);
    CHECK(stage.displayed.mark(juliet, {"7", Jid{}}).error.code == Errc::invalid_option);
    CHECK(stage.displayed.mark(Jid{}, {"7", account}).error.code == Errc::invalid_jid);
    CHECK(Displayed{}.mark(juliet, {"7", account}).error.code == Errc::session_over);
}

TEST_CASE("displayed: so many chats are kept, and what comes for more is told") {
    DisplayedStage stage;
    std::string items;
    for (int i = 0; i < 20'001; ++i) items += item("a" + std::to_string(i) + "@x", mark("1"));
    CHECK(stage.loads(items).ends_with("loaded:20001"));
    CHECK(stage.displayed.chats().size() == 20'000);
    CHECK(stage.seen_in(event(item("new@x", mark("5")))) == "new@x=5");
    CHECK(stage.seen_in(event(item("a1@x", mark("5")))) == "a1@x=5");
    CHECK(stage.displayed.chats().size() == 20'000);
}

TEST_CASE("displayed: the next session fetches again, and is told what changed") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    DisplayedStage stage{options};
    stage.loads(item("juliet@e.test", mark("1")) + item("a@x", mark("1")));
    stage.seen.take();
    stage.lose();
    CHECK_FALSE(stage.displayed.loaded());
    stage.come_back();
    CHECK(Asked{stage}.result(list(item("juliet@e.test", mark("2")) + item("a@x", mark("1")))) ==
          "juliet@e.test=2 loaded:2");
}

TEST_CASE("displayed: another client asks its own server") {
    Displayed displayed;
    {
        Stage first;
        first.client->register_handler(displayed);
        Asked{first}.result(list(""));
        displayed.mark(juliet, {"7", account});
        Asked{first}.result(features(options_feature));
        CHECK(Asked{first}.xml.find("publish") != std::string::npos);
    } // destroyed, which calls no hook
    Stage second;
    second.client->register_handler(displayed);
    CHECK_FALSE(displayed.loaded());
    Asked{second}.result(list(""));
    displayed.mark(juliet, {"8", account});
    CHECK(Asked{second}.xml.find("disco#info") != std::string::npos);
}

TEST_CASE("displayed: a handler of an event may destroy the object and the client") {
    Stage stage;
    auto displayed = std::make_unique<Displayed>();
    stage.client->register_handler(*displayed);
    Asked asked{stage};
    stage.client->on_event([&](const DisplayedChanged&) {
        stage.client->unregister_handler(*displayed);
        displayed.reset();
    });
    asked.result(list(item("juliet@e.test", mark("1")) + item("a@x", mark("1"))));
    CHECK(displayed == nullptr);
    displayed = std::make_unique<Displayed>();
    stage.client->register_handler(*displayed);
    stage.client->on_event([&](const DisplayedChanged&) { stage.client.reset(); });
    stage.says(event(item("juliet@e.test", mark("1")) + item("a@x", mark("1"))));
    CHECK(stage.client == nullptr);
}
