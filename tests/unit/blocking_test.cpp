// XEP-0191: the block list is fetched, follows what the server says, and is changed.
#include "headstock/extensions/blocking.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Answer, headstock::BlockListChanged, headstock::BlockListLoaded,
    headstock::Blocking, headstock::Errc, headstock::Jid, headstock::Ok;
using support::Asked, support::Stage;

namespace {

std::string item(const std::string& jid) { return "<item jid='" + jid + "'/>"; }
std::string list(const std::string& items = {}) {
    return "<blocklist xmlns='urn:xmpp:blocking'>" + items + "</blocklist>";
}
std::string
push(const std::string& what, const std::string& items = {}, const std::string& from = {}) {
    return "<iq type='set' id='p'" + (from.empty() ? "" : " from='" + from + "'") + "><" + what +
           " xmlns='urn:xmpp:blocking'>" + items + "</" + what + "></iq>";
}
std::string set(const std::string& what, const std::string& items = {}) {
    return "<iq type='set'><" + what + " xmlns='urn:xmpp:blocking'" +
           (items.empty() ? "/>" : ">" + items + "</" + what + ">") + "</iq>";
}

struct BlockStage : Stage {
    explicit BlockStage(headstock::Options options = support::in_clear())
        : Stage{std::move(options)} {
        client->on_event([this](const BlockListLoaded& event) {
            seen.add("loaded:" + std::to_string(event.blocked) + '-' +
                     std::to_string(event.skipped));
        });
        client->on_event([this](const BlockListChanged& event) {
            for (const auto& jid : event.blocked) seen.add('+' + jid.str());
            for (const auto& jid : event.unblocked) seen.add('-' + jid.str());
        });
        client->register_handler(blocking);
    }
    // With this list.
    std::string loads(const std::string& items) { return Asked{*this}.result(list(items)); }

    auto note() {
        return [this](const Answer<Ok>& answer) { seen.add(answer ? "done" : answer.message()); };
    }

    Blocking blocking;
};

} // namespace

TEST_CASE("blocking: every example of the specification is read and written again") {
    const std::string two = item("romeo@montague.net") + item("iago@shakespeare.lit");
    const auto same = [](auto tag, const std::string& xml) {
        using T = decltype(tag);
        const auto read = headstock::payload_from_xml<T>(xml);
        REQUIRE(read);
        CHECK(headstock::to_element(*read) == headstock::Element::parse(xml).value());
    };
    same(headstock::BlockList{}, list());
    same(headstock::BlockList{}, list(two));
    const auto inside = [](const std::string& what, const std::string& items = {}) {
        return "<" + what + " xmlns='urn:xmpp:blocking'>" + items + "</" + what + ">";
    };
    same(headstock::Block{}, inside("block", item("romeo@montague.net")));
    same(headstock::Block{}, inside("block", two));
    same(headstock::Unblock{}, inside("unblock", item("romeo@montague.net")));
    same(headstock::Unblock{}, inside("unblock"));
    const auto error = headstock::Element::parse(
                           "<message xmlns='jabber:client' type='error'><error type='cancel'>"
                           "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                           "<blocked xmlns='urn:xmpp:blocking:errors'/></error></message>")
                           .value();
    CHECK(headstock::is_blocked(headstock::StanzaError::of(error)));
    CHECK_FALSE(headstock::is_blocked({headstock::Condition::not_acceptable}));
}

TEST_CASE("blocking: the list is fetched at ready, and odd items spoil no other") {
    BlockStage stage;
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='get'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
    CHECK_FALSE(stage.blocking.loaded());
    CHECK(asked.result(list(item("a@x") + item("@") + "<item/>" + item("b.net") + item("a@x"))) ==
          "loaded:2-2");
    CHECK(stage.blocking.loaded());
    CHECK(stage.blocking.failed().empty());
    CHECK(stage.blocking.list() == std::set<Jid>{Jid{"a@x"}, Jid{"b.net"}});
}

TEST_CASE("blocking: whom the list keeps away") {
    BlockStage stage;
    stage.loads(item("a@x") + item("b@x/1") + item("c.net") + item("d.net/r"));
    const char* const blocked[] = {"a@x",     "a@x/any",     "b@x/1",   "c.net",      "any@c.net",
                                   "c.net/r", "any@c.net/r", "d.net/r", "any@d.net/r"};
    for (const auto* who : blocked) CHECK_MESSAGE(stage.blocking.blocks(who), who);
    for (const auto* who : {"b@x", "b@x/2", "x", "d.net", "any@d.net", "@", ""})
        CHECK_MESSAGE(!stage.blocking.blocks(who), who);
}

TEST_CASE("blocking: pushes are followed and answered") {
    BlockStage stage;
    stage.loads(item("a@x"));
    CHECK(stage.answer_to(push("block", item("b@x") + item("a@x"))) ==
          "<iq type='result' id='p'/>");
    CHECK(stage.seen.take() == "+b@x"); // the other was there
    CHECK(stage.seen_in(push("block", item("c@x"), "romeo@e.test")) == "+c@x");
    CHECK(stage.seen_in(push("unblock", item("b@x") + item("none@x"))) == "-b@x");
    CHECK(stage.seen_in(push("unblock", item("none@x"))).empty());
    CHECK(stage.seen_in(push("unblock")) == "-a@x -c@x");
    CHECK(stage.blocking.list().empty());
}

TEST_CASE("blocking: nobody else pushes") {
    BlockStage stage;
    stage.loads(item("a@x"));
    for (const auto* who : {"b@x/y", "romeo@e.test/other", "e.test", "romeo@e.test.net"}) {
        CHECK(stage.seen_in(push("unblock", {}, who)).empty());
        CHECK(stage.seen_in(push("block", item("c@x"), who)).empty());
    }
    CHECK(stage.blocking.list().size() == 1);
}

TEST_CASE("blocking: a change is asked for, and seen when the server confirms it") {
    BlockStage stage;
    stage.loads({});
    CHECK(stage.blocking.block({Jid{"a@x"}, Jid{"b.net"}}, stage.note()));
    Asked block{stage};
    CHECK(block.xml == set("block", item("a@x") + item("b.net")));
    CHECK(block.result() == "done");
    CHECK(stage.blocking.list().empty()); // the push says so
    CHECK(stage.blocking.unblock({Jid{"a@x"}}, stage.note()));
    Asked unblock{stage};
    CHECK(unblock.xml == set("unblock", item("a@x")));
    CHECK(unblock.error("item-not-found") == "item-not-found (cancel)");
    CHECK(stage.blocking.unblock_all());
    Asked all{stage};
    CHECK(all.xml == set("unblock"));
    CHECK(all.result().empty());
}

TEST_CASE("blocking: nobody is not everybody") {
    BlockStage stage;
    stage.loads({});
    CHECK(stage.blocking.unblock({}).error.code == Errc::invalid_jid);
    CHECK(stage.blocking.block({}).error.code == Errc::invalid_jid);
    CHECK(stage.blocking.block({Jid{"a@x"}, Jid{}}).error.code == Errc::invalid_jid);
    CHECK(stage.take().empty());
}

TEST_CASE("blocking: a server that has none is told of") {
    BlockStage stage;
    CHECK(Asked{stage}.error("service-unavailable").empty());
    CHECK_FALSE(stage.blocking.loaded());
    CHECK(stage.blocking.failed() == "service-unavailable (cancel)");
}

TEST_CASE("blocking: so many are kept and no more") {
    BlockStage stage;
    std::string items;
    for (int i = 0; i < 50'010; ++i) items += item("a" + std::to_string(i) + "@x");
    CHECK(stage.loads(items) == "loaded:50000-10");
    CHECK(stage.seen_in(push("block", item("new@x"))).empty());
    CHECK(stage.seen_in(push("unblock", item("a1@x"))) == "-a1@x");
    CHECK(stage.seen_in(push("block", item("new@x"))) == "+new@x");
}

TEST_CASE("blocking: the next session has its own list") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    BlockStage stage{options};
    stage.loads(item("a@x"));
    stage.lose();
    CHECK_FALSE(stage.blocking.loaded());
    CHECK(stage.blocking.blocks("a@x")); // the last that is known
    stage.come_back();
    CHECK(Asked{stage}.result(list(item("b@x"))) == "loaded:1-0");
    CHECK(stage.blocking.list() == std::set<Jid>{Jid{"b@x"}});
}

TEST_CASE("blocking: outside a session nothing is sent") {
    Blocking blocking;
    CHECK(blocking.block({Jid{"a@x"}}).error.code == Errc::session_over);
    CHECK(blocking.unblock({Jid{"a@x"}}).error.code == Errc::session_over);
    CHECK(blocking.unblock_all().error.code == Errc::session_over);
}

TEST_CASE("blocking: a handler of an event may destroy the object and the client") {
    Stage stage;
    auto blocking = std::make_unique<Blocking>();
    stage.client->register_handler(*blocking);
    stage.client->on_event([&](const BlockListChanged&) {
        stage.client->unregister_handler(*blocking);
        blocking.reset();
        stage.client.reset();
    });
    stage.take();
    stage.says(push("block", item("a@x")));
    CHECK(blocking == nullptr);
}
