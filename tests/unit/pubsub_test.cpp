// XEP-0060 and XEP-0163: what is asked of a service, what it answers, and events as typed rows.
#include "headstock/extensions/pubsub.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace ns = headstock::ns;
using headstock::Answer, headstock::Element, headstock::Ok, headstock::PubSub,
    headstock::PublishedItem, headstock::PubSubItems, headstock::PubSubSubscription, headstock::Tag;
using support::Asked, support::Stage;

namespace {

struct Tune {
    std::string artist{};
    std::optional<int> length{};
};
HEADSTOCK_PAYLOAD(Tune,
                  "tune",
                  "urn:tune",
                  child_text<&self::artist>("artist"),
                  child_text<&self::length>("length"))

std::string pubsub(const std::string& inside) {
    return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>";
}
std::string set(const std::string& inside, const std::string& to = "pub.e.test") {
    return "<iq type='set'" + (to.empty() ? "" : " to='" + to + "'") + ">" + pubsub(inside) +
           "</iq>";
}
const std::string tune = "<tune xmlns='urn:tune'><artist>Finzi</artist></tune>";
const std::string errors = "http://jabber.org/protocol/pubsub#errors";

struct PubSubStage : Stage {
    PubSubStage() {
        client->register_handler(service);
        client->register_handler(mine);
        client->on_event([this](const headstock::ItemRetracted& event) {
            seen.add("retracted:" + event.id + '@' + event.node + '@' + event.from.str());
        });
        client->on_event([this](const headstock::NodePurged& event) {
            seen.add("purged:" + event.node + '@' + event.from.str());
        });
        client->on_event([this](const headstock::NodeDeleted& event) {
            seen.add("deleted:" + event.node + '@' + event.from.str() + '>' + event.redirect);
        });
        client->on_event([this](const headstock::SubscriptionChanged& event) {
            const auto& made = event.subscription;
            CHECK(made.state == headstock::SubscriptionState::subscribed);
            seen.add("subscription:" + made.jid.str() + '/' + made.node.value_or("") + '/' +
                     made.subid.value_or("") + '@' + event.from.str());
        });
    }

    PubSub service{"pub.e.test"};
    PubSub mine;

    // Notes what an answer came to.
    template <class T, class F>
    auto note(F f) {
        return [this, f](const Answer<T>& answer) {
            seen.add(answer ? f(*answer) : answer.message());
        };
    }
    auto note_ok() {
        return note<Ok>([](Ok) { return std::string{"done"}; });
    }
    auto note_id() {
        return note<PublishedItem>([](const PublishedItem& item) { return "id:" + item.id; });
    }
    auto note_node() {
        return note<headstock::CreatedNode>(
            [](const headstock::CreatedNode& made) { return "node:" + made.node; });
    }
    auto note_items() {
        return note<PubSubItems<Tune>>([](const PubSubItems<Tune>& list) {
            std::string all = list.node;
            for (const auto& item : list.items) {
                const auto value = item.value();
                all += '|' + item.id + '/' + item.publisher.value_or("") + '/' +
                       (value ? value->artist : value.error().message());
            }
            return all;
        });
    }
};

struct Listener {
    void typed(const Tune& tune_, const Tag& message) {
        notes.add("tune:" + tune_.artist + '@' + std::string{message.attribute("from")});
    }
    void item(const Tag& item_) {
        notes.add("item:" + std::string{item_.attribute("id")} + '@' +
                  std::string{item_.parent().attribute("node")});
    }
    void gone(const Tag& retract) {
        notes.add("gone:" + std::string{retract.attribute("id")} + '@' +
                  std::string{retract.parent().attribute("node")});
    }
    support::Notes notes;
};
HEADSTOCK_HANDLERS(Listener,
                   on<&self::typed>(headstock::item_event<Tune>()),
                   on<&self::item>(headstock::any_item_event),
                   on<&self::gone>(headstock::retract_event))

static_assert(headstock::item_event<Tune>().steps == 5);
static_assert(headstock::item_event<Tune>().last() == headstock::payload_name<Tune>);

// What a service says of a node or a subscription.
std::string told(const std::string& from, const std::string& inside) {
    return "<message" + (from.empty() ? "" : " from='" + from + "'") +
           " type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>" + inside +
           "</event></message>";
}

std::string event(const std::string& items, const std::string& type = "headline") {
    return "<message from='a@x' type='" + type +
           "'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'>" + items +
           "</items></event></message>";
}

} // namespace

TEST_CASE("pubsub: an item is published to a service, and its id told") {
    PubSubStage stage;
    CHECK(stage.service.publish("n", Tune{"Finzi"}, stage.note_id()));
    Asked asked{stage};
    CHECK(asked.xml == set("<publish node='n'><item>" + tune + "</item></publish>"));
    CHECK(asked.result(pubsub("<publish node='n'><item id='made'/></publish>")) == "id:made");
}

TEST_CASE("pubsub: an item with an id of ours goes to our own account, and the id is known") {
    PubSubStage stage;
    stage.mine.publish("n", Tune{"Finzi"}, stage.note_id(), {.id = "current"});
    Asked asked{stage};
    CHECK(asked.xml ==
          set("<publish node='n'><item id='current'>" + tune + "</item></publish>", ""));
    CHECK(asked.result() == "id:current");
}

TEST_CASE("pubsub: publish options are a form of their own type") {
    PubSubStage stage;
    stage.mine.publish("n", Element{"e", "urn:e"}, stage.note_id(),
                       {.config = headstock::NodeConfig{.access = headstock::AccessModel::whitelist,
                                                        .persist = true,
                                                        .max_items = "max"}});
    CHECK(Asked{stage}.xml ==
          set("<publish node='n'><item><e xmlns='urn:e'/></item></publish><publish-options>"
              "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
              "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
              "<field var='pubsub#access_model'><value>whitelist</value></field>"
              "<field var='pubsub#persist_items'><value>true</value></field>"
              "<field var='pubsub#max_items'><value>max</value></field></x></publish-options>",
              ""));
}

TEST_CASE("pubsub: a refusal keeps the condition of the specification") {
    PubSubStage stage;
    stage.mine.publish("n", Tune{"Finzi"}, [&](const Answer<PublishedItem>& answer) {
        REQUIRE(answer.refusal());
        CHECK(answer.refusal()->condition == headstock::Condition::conflict);
        CHECK(answer.refusal()->application.is("precondition-not-met", errors));
        stage.seen.add("refused");
    });
    CHECK(Asked{stage}.error("conflict", "<precondition-not-met xmlns='" + errors + "'/>") ==
          "refused");
}

TEST_CASE("pubsub: an item is retracted, with notice to subscribers or without") {
    PubSubStage stage;
    stage.service.retract("n", "i", stage.note_ok());
    Asked asked{stage};
    CHECK(asked.xml == set("<retract node='n' notify='true'><item id='i'/></retract>"));
    CHECK(asked.result() == "done");
    stage.service.retract("n", "i", stage.note_ok(), headstock::RetractNotice::omit);
    Asked quietly{stage};
    CHECK(quietly.xml == set("<retract node='n'><item id='i'/></retract>"));
    CHECK(quietly.error("item-not-found") == "item-not-found (cancel)");
}

TEST_CASE("pubsub: items are read one by one, and one that is odd spoils no other") {
    PubSubStage stage;
    stage.service.items<Tune>("n", stage.note_items());
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='get' to='pub.e.test'>" + pubsub("<items node='n'/>") + "</iq>");
    CHECK(asked.result(pubsub("<items node='n'><item id='1' publisher='a@x'>" + tune +
                              "</item><item id='2'><tune xmlns='urn:tune'/></item>"
                              "<item id='3'/></items>")) ==
          "n|1/a@x/Finzi|2//artist is missing|3//tune is missing");
}

TEST_CASE("pubsub: an item without id and a list without node spoil nothing (issue 9.20)") {
    PubSubStage stage;
    stage.service.items<Tune>("n", stage.note_items());
    CHECK(Asked{stage}.result(pubsub("<items><item id='1'/><item>" + tune + "</item></items>")) ==
          "|1//tune is missing|//Finzi");
}

TEST_CASE("pubsub: what stands beside a list is kept with it (issue 9.20)") {
    PubSubStage stage;
    stage.service.items<Tune>("n", stage.note<PubSubItems<Tune>>([](const PubSubItems<Tune>& list) {
        return std::to_string(list.items.size()) + "of" +
               std::string{list.beside.at(0).child("count").text()};
    }));
    // XEP-0060 6.5.4
    CHECK(Asked{stage}.result(pubsub("<items node='n'><item id='1'/></items>"
                                     "<set xmlns='http://jabber.org/protocol/rsm'>"
                                     "<count>19</count></set>")) == "1of19");
}

TEST_CASE("pubsub: a subscription says whether it can and must be configured (issue 9.20)") {
    PubSubStage stage;
    const auto outcome = [&](const std::string& inside, const std::string& beside) {
        stage.service.subscribe("n", stage.note<PubSubSubscription>([](const auto& made) {
            return std::string{made.options ? made.options->required ? "must" : "can" : "no"} +
                   std::to_string(made.beside.size());
        }));
        return Asked{stage}.result(
            pubsub("<subscription jid='romeo@e.test'>" + inside + "</subscription>" + beside));
    };
    CHECK(outcome("", "") == "no0");
    CHECK(outcome("<subscribe-options/>", "") == "can0");
    CHECK(outcome("<subscribe-options><required/></subscribe-options>", "<options/>") == "must1");
}

TEST_CASE("pubsub: some items are asked for by id or by number") {
    PubSubStage stage;
    stage.mine.items<Tune>("n", stage.note_items(), {.ids = {"1", "2"}});
    CHECK(Asked{stage}.xml == "<iq type='get'>" +
                                  pubsub("<items node='n'><item id='1'/><item id='2'/></items>") +
                                  "</iq>");
    stage.mine.items<Tune>("n", stage.note_items(), {.most = 1});
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='get'>" + pubsub("<items node='n' max_items='1'/>") + "</iq>");
    CHECK(asked.result(pubsub("<items node='n'/>")) == "n");
    stage.mine.items<Tune>("n", stage.note_items());
    CHECK(Asked{stage}.result("<other xmlns='urn:x'/>").find("<other> of urn:x came") !=
          std::string::npos);
    stage.mine.items<Tune>("n", stage.note_items());
    CHECK(Asked{stage}.error("item-not-found") == "item-not-found (cancel)");
}

TEST_CASE("pubsub: a long list comes item by item to a row") {
    PubSubStage stage;
    stage.client->on(
        "iq@type=result/{http://jabber.org/protocol/pubsub}pubsub/items/item/{urn:tune}tune",
        [&](const Tune& each) { stage.seen.add(each.artist); });
    stage.client->send_stanza(stage.mine.items_query("n"));
    CHECK(Asked{stage}.result(pubsub("<items node='n'><item id='1'>" + tune +
                                     "</item><item id='2'>" + tune + "</item></items>")) ==
          "Finzi Finzi");
}

TEST_CASE("pubsub: we subscribe by our bare JID, and leave again") {
    PubSubStage stage;
    stage.service.subscribe("n", stage.note<PubSubSubscription>([](const PubSubSubscription& s) {
        CHECK(s.state == headstock::SubscriptionState::subscribed);
        return s.jid.str() + '/' + s.node.value_or("") + '/' + s.subid.value_or("");
    }));
    Asked asked{stage};
    CHECK(asked.xml == set("<subscribe node='n' jid='romeo@e.test'/>"));
    CHECK(asked.result(pubsub("<subscription node='n' jid='romeo@e.test' subid='7' "
                              "subscription='subscribed'/>")) == "romeo@e.test/n/7");
    stage.service.unsubscribe("n", stage.note_ok());
    CHECK(Asked{stage}.xml == set("<unsubscribe node='n' jid='romeo@e.test'/>"));
    stage.service.unsubscribe("n", stage.note_ok(), "7");
    Asked leaving{stage};
    CHECK(leaving.xml == set("<unsubscribe node='n' jid='romeo@e.test' subid='7'/>"));
    CHECK(leaving.result() == "done");
}

TEST_CASE(
    "pubsub: an instant node is asked for without a name, and its name is told (issue 9.20)") {
    PubSubStage stage;
    stage.service.create_node("", stage.note_node());
    Asked asked{stage};
    CHECK(asked.xml == set("<create/>"));
    CHECK(asked.result(pubsub("<create node='25e3d37'/>")) == "node:25e3d37");
    stage.service.create_node("", stage.note_node());
    CHECK(Asked{stage}.result() == "an instant node was made, and its name not told");
    stage.service.create_node("", stage.note_node());
    CHECK(Asked{stage}.error("not-acceptable", "<nodeid-required xmlns='" + errors + "'/>") ==
          "not-acceptable (cancel)");
    stage.service.create_node("mine", stage.note_node()); // a service may change it, 8.1.2
    CHECK(Asked{stage}.result(pubsub("<create node='mine-2'/>")) == "node:mine-2");
}

TEST_CASE("pubsub: a node is made, with its settings, and deleted by its owner") {
    PubSubStage stage;
    stage.service.create_node("n", stage.note_node());
    CHECK(Asked{stage}.xml == set("<create node='n'/>"));
    stage.service.create_node("n", stage.note_node(), headstock::NodeConfig{.title = "News"});
    Asked asked{stage};
    CHECK(asked.xml ==
          set("<create node='n'/><configure><x xmlns='jabber:x:data' type='submit'>"
              "<field var='FORM_TYPE' type='hidden'>"
              "<value>http://jabber.org/protocol/pubsub#node_config</value></field>"
              "<field var='pubsub#title'><value>News</value></field></x></configure>"));
    CHECK(asked.result() == "node:n");
    stage.service.delete_node("n", stage.note_ok());
    CHECK(Asked{stage}.xml == "<iq type='set' to='pub.e.test'><pubsub "
                              "xmlns='http://jabber.org/protocol/pubsub#owner'>"
                              "<delete node='n'/></pubsub></iq>");
}

TEST_CASE("pubsub: events reach rows by what is in them") {
    Stage stage;
    Listener listener;
    stage.client->register_handler(listener);
    stage.says(event("<item id='1'>" + tune + "</item>"));
    CHECK(listener.notes.take() == "tune:Finzi@a@x item:1@n");
    stage.says(event("<item id='2'><mood xmlns='urn:mood'/></item><item id='3'/>", "normal"));
    CHECK(listener.notes.take() == "item:2@n item:3@n");
    stage.says(event("<retract id='1'/><retract id='2'/>"));
    CHECK(listener.notes.take() == "gone:1@n gone:2@n");
    stage.says(event("<item id='1'>" + tune + "</item>", "error"));
    stage.says("<message from='a@x'>" + tune + "</message>");
    CHECK(listener.notes.take().empty());
}

TEST_CASE("pubsub: what a service says of its items, nodes and subscriptions is an event") {
    PubSubStage stage;
    CHECK(stage.seen_in(told("pub.e.test", "<items node='n'><retract id='1'/><retract id='2'/>"
                                           "</items>")) ==
          "retracted:1@n@pub.e.test retracted:2@n@pub.e.test");
    CHECK(stage.seen_in(told("pub.e.test", "<purge node='n'/>")) == "purged:n@pub.e.test");
    CHECK(stage.seen_in(told("pub.e.test", "<delete node='n'/>")) == "deleted:n@pub.e.test>");
    CHECK(stage.seen_in(told("pub.e.test",
                             "<delete node='n'><redirect uri='xmpp:p.e.test?;node=m'/>"
                             "</delete>")) == "deleted:n@pub.e.test>xmpp:p.e.test?;node=m");
    CHECK(stage.seen_in(told("pub.e.test", "<subscription node='n' jid='romeo@e.test' subid='7' "
                                           "subscription='subscribed' expiry='x'/>")) ==
          "subscription:romeo@e.test/n/7@pub.e.test");
    CHECK(stage.seen_in(told("pub.e.test", "<subscription node='n'/>")).empty()); // whose?
}

TEST_CASE("pubsub: events are those of the service, by its own address and no other") {
    PubSubStage stage;
    const auto purged = [&](const std::string& from) {
        return stage.seen_in(told(from, "<purge node='n'/>"));
    };
    CHECK(purged("PUB.e.test") == "purged:n@pub.e.test");
    for (const auto* other : {"a@x", "a@pub.e.test", "pub.e.test/r", "xpub.e.test", "e.test",
                              "\xef\xbd\x90ub.e.test"}) { // a full-width p
        CAPTURE(other);
        CHECK(purged(other).empty());
    }
    for (const auto* own : {"", "romeo@e.test"}) CHECK(purged(own) == "purged:n@romeo@e.test");
    CHECK(purged("romeo@e.test/other").empty()); // another client of ours is no service
}

TEST_CASE("pubsub: a service may be given in other letters than it writes itself") {
    Stage stage;
    PubSub service{"PUB.e.test"};
    stage.client->register_handler(service);
    stage.client->on_event([&](const headstock::NodePurged& event) { stage.seen.add(event.node); });
    CHECK(stage.seen_in(told("pub.e.test", "<purge node='n'/>")) == "n");
}

TEST_CASE("pubsub: nobody else tells of a private node of ours") {
    PubSubStage stage;
    const std::string inside = "<purge node='storage:bookmarks'/>";
    CHECK(stage.seen_in(told("pub.e.test", inside)).empty());
    CHECK(stage.seen_in(told("romeo@e.test", inside)) == "purged:storage:bookmarks@romeo@e.test");
}

TEST_CASE("pubsub: events inside what was forwarded are no events") {
    PubSubStage stage;
    CHECK(stage
              .seen_in("<message from='pub.e.test'><forwarded xmlns='urn:xmpp:forward:0'>" +
                       told("pub.e.test", "<purge node='n'/>") + "</forwarded></message>")
              .empty());
}

TEST_CASE("pubsub: a handler of an event may unregister and destroy the object that gave it") {
    Stage stage;
    auto service = std::make_unique<PubSub>("pub.e.test");
    stage.client->register_handler(*service);
    stage.client->on_event([&](const headstock::NodePurged&) {
        stage.client->unregister_handler(*service);
        service.reset();
    });
    stage.says(told("pub.e.test", "<purge node='n'/><purge node='m'/>"));
    CHECK(service == nullptr);
}

TEST_CASE("pubsub: outside a session nothing is sent") {
    PubSub service{"pub.e.test"};
    const auto check_refused = [&] {
        const headstock::Delivery all[] = {
            service.publish("n", Tune{"Finzi"}, {}),
            service.retract("n", "1", {}),
            service.items<Tune>("n", {}),
            service.subscribe("n", {}),
            service.unsubscribe("n", {}),
            service.create_node("n", {}),
            service.delete_node("n", {}),
        };
        for (const auto& refused : all) {
            CHECK(refused.error.code == headstock::Errc::session_over);
            CHECK(refused.error.text ==
                  "not sent: this PubSub is in no session: register it in a client, and call it "
                  "from `ready` to the session's end");
        }
    };
    check_refused();
    {
        Stage stage;
        stage.client->register_handler(service);
        stage.client->disconnected();
        check_refused();
    }
    {
        Stage stage;
        stage.client->register_handler(service);
    }
    check_refused(); // the client was destroyed without a cleanup
}

TEST_CASE("pubsub: an answer that nobody waits for is no mistake") {
    PubSubStage stage;
    stage.client->on_exception(
        [&](std::string_view what, std::exception_ptr) { stage.seen.add(what); });
    CHECK(stage.service.publish("tunes", Tune{"Finzi"}, {}));
    CHECK(Asked{stage}.result().empty());
    CHECK(stage.service.retract("tunes", "1", {}));
    CHECK(Asked{stage}.result().empty());
    CHECK(stage.service.subscribe("tunes", {}));
    CHECK(Asked{stage}.error("gone").empty());
}
