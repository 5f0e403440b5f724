// XEP-0184: who is told that their message has come, and whose word that ours has counts.
#include "headstock/extensions/receipts.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Audience, headstock::Jid, headstock::Receipts, headstock::StanzaType;
using support::carbon, support::chat_from, support::message_from, support::TalkStage;

namespace {

const std::string request = "<body>x</body><request xmlns='urn:xmpp:receipts'/>";

std::string receipt(const std::string& id) {
    return "<received xmlns='urn:xmpp:receipts' id='" + id + "'/>";
}

struct Scene : TalkStage {
    explicit Scene(Audience answered = Audience::everybody()) : receipts{talk, answered} {
        client->register_handler(carbons);
        client->register_handler(receipts);
        client->on_event([this](const headstock::Received& event) {
            seen.add(event.id + ":" + event.who.str());
        });
        take();
    }
    /// Without the id of what was sent.
    std::string answer_to(std::string_view xml) {
        auto sent = TalkStage::answer_to(xml);
        if (sent.empty()) return sent;
        const auto at = sent.find(" id='");
        return sent.erase(at, sent.find('\'', at + 5) + 1 - at);
    }
    headstock::Carbons carbons;
    Receipts receipts;
};

} // namespace

TEST_CASE("receipts: the elements, read and written again (XEP-0184 7)") {
    CHECK(support::again<headstock::ReceiptRequest>("<request xmlns='urn:xmpp:receipts'/>") ==
          "<request xmlns='urn:xmpp:receipts'/>");
    CHECK(support::again<headstock::Receipt>(receipt("richard2-4.1.247")) ==
          receipt("richard2-4.1.247"));
    CHECK(support::again<headstock::Receipt>("<received xmlns='urn:xmpp:receipts'/>") ==
          "id is missing");
}

TEST_CASE("receipts: a request is answered in its own type, with nothing else in it (XEP-0184 7)") {
    Scene scene;
    CHECK(scene.answer_to(chat_from("a@e.test/x", "richard2", request)) ==
          "<message to='a@e.test/x' type='chat'>" + receipt("richard2") + "</message>");
    CHECK(scene.answer_to(message_from("a@e.test/x", "id='richard2'", request)) ==
          "<message to='a@e.test/x'>" + receipt("richard2") + "</message>");
    // stored while we were away: it is first received now (5.5)
    CHECK(scene
              .answer_to(chat_from("a@e.test/x", "2",
                                   request + "<delay xmlns='urn:xmpp:delay' "
                                             "from='e.test' "
                                             "stamp='2002-09-10T23:08:25Z'/>"))
              .find(receipt("2")) != std::string::npos);
}

TEST_CASE("receipts: what is never answered (XEP-0184 5)") {
    Scene scene;
    scene.join();
    const auto none = [&](const std::string& xml) { CHECK(scene.answer_to(xml) == ""); };
    none(chat_from("a@e.test/x", "1", "<body>x</body>"));
    none(message_from("a@e.test/x", "type='chat'", request));
    none(message_from("a@e.test/x", "type='error' id='1'", request));
    none(support::room_message("anna", "1", request));
    none(chat_from("a@e.test/x", "1", request + receipt("2")));
    none(chat_from("romeo@e.test/other", "1", request));
    none(carbon("received", "<message from='a@e.test/x' to='romeo@e.test/o' type='chat' id='1'>" +
                                request + "</message>"));
    none(carbon("sent", "<message to='a@e.test/x' from='romeo@e.test/o' type='chat' id='1'>" +
                            request + "</message>"));
    scene.talk.follow(*headstock::Message::of(
        headstock::Element::parse("<message xmlns='jabber:client' from='a@e.test/x' id='1'>" +
                                  request + "</message>")
            .value(),
        scene.client->jid()));
    CHECK(scene.take() == "");
}

TEST_CASE("receipts: strangers are not told that we are there (XEP-0184 8)") {
    Scene nobody{Audience::nobody()};
    CHECK(nobody.answer_to(chat_from("a@e.test/x", "1", request)) == "");
    headstock::Roster roster{
        {{.jid = Jid{"from@e.test"}, .subscription = headstock::Subscription::from},
         {.jid = Jid{"both@e.test"}, .subscription = headstock::Subscription::both},
         {.jid = Jid{"to@e.test"}, .subscription = headstock::Subscription::to},
         {.jid = Jid{"room@m.test"}, .subscription = headstock::Subscription::both}},
        "1"};
    Scene contacts{Audience::contacts(roster)};
    CHECK(contacts.answer_to(chat_from("from@e.test/x", "1", request)) != "");
    CHECK(contacts.answer_to(chat_from("both@e.test/x", "1", request)) != "");
    CHECK(contacts.answer_to(chat_from("to@e.test/x", "1", request)) == "");
    CHECK(contacts.answer_to(chat_from("a@e.test/x", "1", request)) == "");
    contacts.join();
    CHECK(contacts.answer_to(chat_from("room@m.test/anna", "1", request)) == "");
    Scene everybody;
    everybody.join();
    CHECK(everybody.answer_to(chat_from("room@m.test/anna", "1", request)) != "");
}

TEST_CASE("receipts: one counts from where the message went, once (XEP-0184 4)") {
    Scene scene;
    const auto sent = scene.receipts.send({.to = Jid{"juliet@e.test/b"}, .body = "x"});
    REQUIRE(sent);
    CHECK(scene.take() == "<message to='juliet@e.test/b' type='chat' id='" + sent.id + "'>" +
                              request + "</message>");
    CHECK(scene.seen_in(chat_from("eve@e.test/b", "1", receipt(sent.id))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", receipt("other"))) == "");
    CHECK(scene.seen_in(message_from("juliet@e.test", "type='error'", receipt(sent.id))) == "");
    CHECK(scene.seen_in(message_from("juliet@e.test/phone", "", receipt(sent.id))) ==
          sent.id + ":juliet@e.test/phone"); // of another type, from another of their clients
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", receipt(sent.id))) == "");
    const auto second = scene.receipts.send({.to = Jid{"juliet@e.test"}, .body = "x"});
    CHECK(scene.seen_in(carbon("received", "<message from='juliet@e.test/b' to='romeo@e.test/o'>" +
                                               receipt(second.id) + "</message>")) ==
          second.id + ":juliet@e.test/b"); // it went to another client of ours
}

TEST_CASE("receipts: of an occupant of a room only that one's counts, and a room has none") {
    Scene scene;
    scene.join();
    const auto sent = scene.receipts.send({.to = Jid{"room@m.test/anna"}, .body = "x"});
    CHECK(scene.seen_in(chat_from("room@m.test/eve", "1", receipt(sent.id))) == "");
    CHECK(scene.seen_in(chat_from("room@m.test/anna", "1", receipt(sent.id))) ==
          sent.id + ":room@m.test/anna");
    CHECK(
        scene.receipts.send({.to = Jid{"room@m.test"}, .type = StanzaType::groupchat}).error.code ==
        headstock::Errc::invalid_option);
}

TEST_CASE("receipts: a thousand are waited for, across sessions") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    TalkStage stage{options};
    Receipts receipts{stage.talk};
    stage.client->register_handler(receipts);
    stage.client->on_event([&](const headstock::Received& event) { stage.seen.add(event.id); });
    for (int i = 0; i < 1001; ++i)
        receipts.send({.to = Jid{"a@e.test"}, .id = std::to_string(i), .body = "x"});
    stage.lose();
    stage.come_back();
    CHECK(stage.seen_in(chat_from("a@e.test", "x", receipt("0"))) == "");
    CHECK(stage.seen_in(chat_from("a@e.test", "x", receipt("1"))) == "1");
}

TEST_CASE("receipts: without talk or client nothing is sent, and its event may destroy all") {
    auto talk = std::make_unique<headstock::Conversations>();
    auto receipts = std::make_unique<Receipts>(*talk);
    CHECK(receipts->send({.to = Jid{"a@e.test"}}).error.code == headstock::Errc::session_over);
    support::SessionKit kit;
    kit.client->register_handler(*talk);
    kit.client->register_handler(*receipts);
    kit.login();
    for (const auto* id : {"1", "2"})
        receipts->send({.to = Jid{"a@e.test"}, .id = id, .body = "x"});
    int told = 0;
    kit.client->on_event([&](const headstock::Received&) {
        ++told;
        kit.client.reset();
        receipts.reset();
        talk.reset();
    });
    kit.client->received(chat_from("a@e.test", "x", receipt("1")) +
                         chat_from("a@e.test", "x", receipt("2")));
    CHECK(told == 1);
}
