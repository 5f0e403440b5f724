// XEP-0424: a message taken back, by whoever said it, and by nobody else.
#include "headstock/extensions/correction.hpp"
#include "headstock/extensions/fallback.hpp"
#include "headstock/extensions/retraction.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Jid, headstock::Message, headstock::Retractions, headstock::StanzaType;
using support::carbon, support::chat_from, support::occupant, support::room_message,
    support::room_name, support::TalkStage;

namespace {

const std::string body = "<body>x</body>";
std::string retract(const std::string& id) {
    return "<retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/>";
}
const std::string rest = "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/>"
                         "<store xmlns='urn:xmpp:hints'/>";

struct Scene : TalkStage {
    Scene() {
        client->register_handler(carbons);
        client->register_handler(retractions);
        client->on_event([this](const headstock::Retracted& event) {
            seen.add(event.id + ":" + event.stanza + ":" + event.author.address.str() +
                     (event.ours ? ":ours" : ""));
        });
        take();
    }
    headstock::Carbons carbons;
    Retractions retractions{talk};
};

} // namespace

TEST_CASE("retraction: the elements, read and written again (XEP-0424 3, 4)") {
    CHECK(support::again<headstock::Retract>(retract("wrong-recipient-1")) ==
          retract("wrong-recipient-1"));
    for (const std::string tombstone :
         {"<retracted xmlns='urn:xmpp:message-retract:1' id='retract-message-1' "
          "stamp='2019-09-20T23:09:32Z'/>",
          "<retracted xmlns='urn:xmpp:message-retract:1' id='1' by='room@m.test/admin'/>"})
        CHECK(support::again<headstock::Tombstone>(tombstone) == tombstone);
    CHECK(support::again<headstock::Retract>("<retract xmlns='urn:xmpp:message-retract:1'/>") ==
          "id is missing");
}

TEST_CASE("retraction: sent with words for those who do not know it, to be stored (XEP-0424 3)") {
    Scene scene;
    const auto sent = scene.retractions.retract("lord@c.test", "wrong-recipient-1");
    REQUIRE(sent);
    const auto bytes = scene.take();
    CHECK(bytes.starts_with("<message to='lord@c.test' type='chat' id='" + sent.id +
                            "'><body>/me took a message back"));
    CHECK(bytes.ends_with("</body>" + retract("wrong-recipient-1") + rest + "</message>"));
    CHECK(scene.retractions.retract("lord@c.test", "").error.code ==
          headstock::Errc::invalid_option);
    CHECK(scene.retractions.retract("", "1").error.code == headstock::Errc::invalid_jid);
    CHECK(scene.retractions.retract("@", "1").error.code == headstock::Errc::invalid_jid);
}

TEST_CASE("retraction: in a room by what the room calls the message (XEP-0424 5.1)") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0"});
    Message ours{.from = Jid{"room@m.test/me"}, .type = StanzaType::groupchat, .id = "1"};
    ours.add(headstock::OriginId{"o"}).add(headstock::StanzaId{"named", Jid{"room@m.test"}});
    REQUIRE(scene.retractions.retract(ours));
    auto bytes = scene.take();
    CHECK(bytes.starts_with("<message to='room@m.test' type='groupchat'"));
    CHECK(bytes.find(retract("named")) != std::string::npos);
    Scene plain;
    plain.join();
    REQUIRE(plain.retractions.retract(ours));
    CHECK(plain.take().find(retract("o")) != std::string::npos);
    ours.others.clear();
    REQUIRE(plain.retractions.retract(ours));
    CHECK(plain.take().find(retract("1")) != std::string::npos);
    Message sent{.from = Jid{"romeo@e.test/o"}, .to = Jid{"juliet@e.test/b"}, .id = "1"};
    REQUIRE(plain.retractions.retract(sent)); // of another client of ours
    CHECK(plain.take().starts_with("<message to='juliet@e.test' type='chat'"));
}

TEST_CASE("retraction: by the same account, once, and by nobody else (XEP-0424 5)") {
    Scene scene;
    scene.says(chat_from("juliet@e.test/b", "1", body));
    CHECK(scene.seen_in(chat_from("eve@e.test/b", "2", retract("1"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "3", retract("unknown"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/p", "4", body + retract("1"))) ==
          "1:1:juliet@e.test");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "5", retract("1"))) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "6", retract("4"))) == ""); // no message
    REQUIRE(scene.talk.send({.to = Jid{"juliet@e.test"}, .id = "ours", .body = "x"}));
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "7", retract("ours"))) == "");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test' from='romeo@e.test/o' "
                                       "type='chat'>" +
                                           retract("ours") + "</message>")) ==
          "ours:ours:romeo@e.test:ours");
}

TEST_CASE("retraction: what was taken back is corrected no more") {
    Scene scene;
    headstock::Corrections corrections{scene.talk};
    scene.client->register_handler(corrections);
    scene.client->on_event([&](const headstock::Corrected&) { scene.seen.add("corrected"); });
    scene.says(chat_from("juliet@e.test/b", "1", body));
    scene.says(chat_from("juliet@e.test/b", "2", retract("1")));
    scene.seen.take();
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "3",
                                  body + "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>")) ==
          "");
}

TEST_CASE("retraction: in a room by the occupant who said it (XEP-0424 5)") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0", "urn:xmpp:occupant-id:0"});
    scene.says(room_message("anna", "1", body + room_name("one") + occupant("a")));
    CHECK(scene.seen_in(room_message("anna", "2", retract("one") + occupant("e"))) == "");
    CHECK(scene.seen_in(room_message("anna", "2", retract("one"))) == "");
    CHECK(scene.seen_in(room_message("anni", "3", retract("one") + occupant("a"))) ==
          "one:1:room@m.test/anni");
}

TEST_CASE("retraction: no session, and its event may destroy all") {
    auto talk = std::make_unique<headstock::Conversations>();
    auto retractions = std::make_unique<Retractions>(*talk);
    CHECK(retractions->retract("a@e.test", "1").error.code == headstock::Errc::session_over);
    support::SessionKit kit;
    kit.client->register_handler(*talk);
    kit.client->register_handler(*retractions);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const headstock::Retracted&) {
        ++told;
        kit.client.reset();
        retractions.reset();
        talk.reset();
    });
    kit.client->received(chat_from("a@e.test", "1", body) + chat_from("a@e.test", "2", body) +
                         chat_from("a@e.test", "3", retract("1")) +
                         chat_from("a@e.test", "4", retract("2")));
    CHECK(told == 1);
}
