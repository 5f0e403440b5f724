// XEP-0030: what is told of ourselves follows what is registered; what others tell is read.
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/version.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Answer, headstock::Disco, headstock::DiscoInfo, headstock::DiscoInfoQuery,
    headstock::DiscoItems, headstock::DiscoItemsQuery, headstock::Element, headstock::Tag;
using support::Stage;

namespace {

std::string ask(std::string_view what, const std::string& attributes = {}) {
    return "<iq type='get' id='1' from='a@x/y'><query xmlns='http://jabber.org/protocol/disco#" +
           std::string{what} + "'" + attributes + "/></iq>";
}

/// The answer read by the very payload it is made of: nothing of it is lost on the way.
template <class T>
T read(const std::string& iq) {
    auto parsed = headstock::from_element<T>(Element::parse(iq).value().first_child());
    REQUIRE_MESSAGE(parsed, parsed.error().message());
    return *parsed;
}

std::string features(const DiscoInfo& info) {
    std::string all;
    for (const auto& feature : info.features) all += feature.var + ' ';
    return all;
}

struct DiscoStage : Stage {
    DiscoStage() { client->register_handler(disco); }
    Disco disco{{{"client", "bot", "echo", "en"}}};
};

const std::string own_features =
    std::string{ns::disco_info} + ' ' + std::string{ns::disco_items} + ' ';

} // namespace

TEST_CASE("disco: identities with name and language are told as they were given") {
    DiscoStage stage;
    CHECK(stage.answer_to(ask("info")) ==
          "<iq to='a@x/y' type='result' id='1'><query "
          "xmlns='http://jabber.org/protocol/disco#info'>"
          "<identity category='client' type='bot' name='echo' xml:lang='en'/>"
          "<feature var='http://jabber.org/protocol/disco#info'/>"
          "<feature var='http://jabber.org/protocol/disco#items'/></query></iq>");
}

TEST_CASE("disco: features are what registered rows answer, when the question comes") {
    DiscoStage stage;
    headstock::Ping ping;
    headstock::Version version{{"n", "1"}};
    stage.client->register_handler(ping);
    stage.client->register_handler(version);
    CHECK(features(read<DiscoInfo>(stage.answer_to(ask("info")))) ==
          own_features + "jabber:iq:version urn:xmpp:ping ");
    stage.client->unregister_handler(ping);
    stage.disco.add_feature(headstock::ns::receipts).add_feature("jabber:iq:version");
    CHECK(features(stage.disco.info()) == own_features + "jabber:iq:version urn:xmpp:receipts ");
}

TEST_CASE("disco: outside a session it knows what was added and no rows") {
    Disco disco{{{"client", "bot"}}};
    disco.add_feature("urn:x");
    CHECK(features(disco.info()) == "urn:x ");
    {
        Stage stage;
        stage.client->register_handler(disco);
        CHECK(features(disco.info()) == own_features + "urn:x ");
        stage.client->disconnected();
        CHECK(features(disco.info()) == "urn:x ");
    }
    {
        Stage stage;
        stage.client->register_handler(disco); // the next session's client
        CHECK(features(disco.info()) == own_features + "urn:x ");
    }
    CHECK(features(disco.info()) == "urn:x "); // destroyed without a cleanup
}

TEST_CASE("served_namespaces: rows on iq get and set for anybody, closures too, each once") {
    Stage stage;
    auto& client = *stage.client;
    CHECK(client.served_namespaces().empty());
    const auto answer = [](const Tag&) { return headstock::ok; };
    const auto one = client.on("iq@type=get/{urn:b}x", answer);
    client.on("iq@type=set/{urn:b}y", answer);
    client.on("iq@type=set/{urn:a}", answer);
    client.on("iq@type=result/{urn:c}x", answer);
    client.on("iq/{urn:d}x", answer);
    client.on("iq@type=get", answer);
    client.on("message/{urn:e}x", stage.noting("m"));
    client.on("iq@type=set/{jabber:iq:roster}query", answer);
    // clang 14 crashes over a Path inside the braces of a Match.
    constexpr headstock::Path path{"iq@type=set/{urn:f}x"};
    headstock::Match mine{path};
    mine.sender = headstock::Sender::account;
    client.on(mine, answer);
    CHECK(client.served_namespaces() == std::vector<std::string>{"urn:a", "urn:b"});
    client.unregister(one);
    client.unregister_all();
    CHECK(client.served_namespaces().empty());
}

TEST_CASE("disco: nodes are those that were given, others are refused with item-not-found") {
    DiscoStage stage;
    stage.disco.set_node("n", {{}, {{"hierarchy", "leaf"}}, {{"urn:x"}}, {}});
    const auto info = read<DiscoInfo>(stage.answer_to(ask("info", " node='n'")));
    CHECK(info.node == "n");
    CHECK(info.has_identity("hierarchy", "leaf"));
    CHECK(features(info) == "urn:x ");
    CHECK(read<DiscoItems>(stage.answer_to(ask("items", " node='n'"))).items.empty());
    for (const auto* what : {"info", "items"}) {
        const auto refused = stage.answer_to(ask(what, " node='other'"));
        CHECK(refused.find("<item-not-found ") != refused.npos);
    }
    CHECK(read<DiscoInfo>(stage.answer_to(ask("info", " node=''"))).has_feature(ns::disco_info));
}

TEST_CASE("disco: a node that was removed is refused again") {
    DiscoStage stage;
    stage.disco.set_node("n", {}).set_node("m", {}).remove_node("n").remove_node("other");
    CHECK(stage.answer_to(ask("info", " node='n'")).find("<item-not-found ") != std::string::npos);
    CHECK(read<DiscoInfo>(stage.answer_to(ask("info", " node='m'"))).node == "m");
}

TEST_CASE("disco: what is added in a session is told, and nothing else") {
    DiscoStage stage;
    stage.client->on_event([&](const headstock::DiscoChanged&) { stage.seen.add("changed"); });
    stage.disco.add_feature("urn:x");
    CHECK(stage.seen.take() == "changed");
    stage.disco.add_feature("urn:x").set_node("n", {}).add_item({}).remove_node("n");
    CHECK(stage.seen.take().empty());
    stage.disco.add_form(Element{"x", ns::data_forms});
    CHECK(stage.seen.take() == "changed");
    stage.client->disconnected();
    stage.disco.add_feature("urn:y");
    CHECK(stage.seen.take().empty());
}

TEST_CASE("disco: items belong to us or to a node, and forms describe us") {
    DiscoStage stage;
    CHECK(read<DiscoItems>(stage.answer_to(ask("items"))).items.empty());
    stage.disco.add_item({headstock::Jid{"a.e.test"}, "A"})
        .add_item({headstock::Jid{"b.e.test"}, {}, "x"}, "n")
        .add_form(Element{"x", ns::data_forms}.set("type", "result"));
    const auto ours = read<DiscoItems>(stage.answer_to(ask("items")));
    REQUIRE(ours.items.size() == 1);
    CHECK(ours.items[0].jid.str() == "a.e.test");
    CHECK(ours.items[0].name == "A");
    const auto of_node = read<DiscoItems>(stage.answer_to(ask("items", " node='n'")));
    CHECK(of_node.node == "n");
    REQUIRE(of_node.items.size() == 1);
    CHECK(of_node.items[0].node == "x");
    CHECK(read<DiscoInfo>(stage.answer_to(ask("info"))).forms.size() == 1);
    CHECK(read<DiscoInfo>(stage.answer_to(ask("info", " node='n'"))).node == "n");
}

TEST_CASE("disco: what others say is looked up") {
    Stage stage;
    auto sent =
        stage.client->request("e.test", DiscoInfoQuery{"n"}, [&](const Answer<DiscoInfo>& info) {
            REQUIRE(info);
            CHECK(info->has_feature("urn:x"));
            CHECK_FALSE(info->has_feature("urn:y"));
            CHECK(info->has_identity("server", "im"));
            CHECK_FALSE(info->has_identity("server", "xx"));
            stage.seen.add(info->node.value_or("none"));
        });
    const auto query = "<query xmlns='" + std::string{ns::disco_info} + "' node='n'";
    support::Asked asked{stage};
    CHECK(asked.xml == "<iq type='get' to='e.test'>" + query + "/></iq>");
    CHECK(asked.result(query +
                       "><identity category='server' type='im'/><feature var='urn:x'/></query>") ==
          "n");
}

TEST_CASE("disco: an identity without type or category, and a feature without var, spoil nothing "
          "(issue 9.20)") {
    Stage stage;
    stage.client->request("e.test", DiscoInfoQuery{}, [&](const Answer<DiscoInfo>& info) {
        REQUIRE(info);
        CHECK(info->identities.size() == 3);
        CHECK(info->has_identity("server", ""));
        CHECK(info->has_identity("server", "im"));
        stage.seen.add(features(*info));
    });
    CHECK(support::Asked{stage}.result(
              "<query xmlns='" + std::string{ns::disco_info} +
              "'><identity category='server'/><identity type='im'/>"
              "<identity category='server' type='im'/><feature/><feature var='urn:x'/></query>") ==
          " urn:x ");
}

TEST_CASE(
    "disco: one page of items is asked for and told by what stands beside them (issue 9.20)") {
    Stage stage;
    const std::string page = "<set xmlns='http://jabber.org/protocol/rsm'>";
    const DiscoItemsQuery query{{}, {Element::parse(page + "<max>2</max></set>").value()}};
    stage.client->request("e.test", query, [&](const Answer<DiscoItems>& items) {
        REQUIRE(items);
        REQUIRE(items->rest.size() == 1);
        stage.seen.add(std::to_string(items->items.size()) + "of");
        stage.seen.add(items->rest[0].child("count").text());
    });
    support::Asked asked{stage};
    const auto open = "<query xmlns='" + std::string{ns::disco_items} + "'>";
    CHECK(asked.xml ==
          "<iq type='get' to='e.test'>" + open + page + "<max>2</max></set></query></iq>");
    CHECK(asked.result(open + "<item jid='a.e.test'/><item jid='b.e.test'/>" + page +
                       "<count>9</count></set></query>") == "2of 9");
}

// Older servers let anybody make a room whose name RFC 7622 does not allow.
TEST_CASE("disco: an item without a jid, or with one that is none, spoils no list (issue 9.20)") {
    Stage stage;
    stage.client->request("e.test", DiscoItemsQuery{}, [&](const Answer<DiscoItems>& items) {
        REQUIRE(items);
        for (const auto& item : items->items)
            stage.seen.add(item.jid ? item.jid.str() : "none:" + item.name.value_or(""));
    });
    CHECK(support::Asked{stage}.result("<query xmlns='" + std::string{ns::disco_items} +
                                       "'><item jid='\xe2\x99\xa5@e.test' name='heart'/>"
                                       "<item name='left out'/><item jid='a@e.test'/></query>") ==
          "none:heart none:left out a@e.test");
}
