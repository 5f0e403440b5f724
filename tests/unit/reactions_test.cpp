// XEP-0444: what people think of a message: the last set of each of them, and what is refused.
#include "headstock/extensions/hints.hpp"
#include "headstock/extensions/reactions.hpp"
#include "headstock/extensions/stanza_id.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using headstock::Jid, headstock::Message, headstock::Reactions, headstock::StanzaType;
using support::carbon, support::chat_from, support::occupant, support::room_message,
    support::room_name, support::TalkStage;

namespace {

const std::string body = "<body>x</body>";
std::string reactions_to(const std::string& id, std::initializer_list<std::string> emojis) {
    std::string xml = "<reactions xmlns='urn:xmpp:reactions:0' id='" + id + "'";
    if (emojis.size() == 0) return xml + "/>";
    xml += ">";
    for (const auto& emoji : emojis) xml += "<reaction>" + emoji + "</reaction>";
    return xml + "</reactions>";
}
const std::string store = "<store xmlns='urn:xmpp:hints'/>";
const std::string refusal = "<error type='modify'><not-acceptable "
                            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
std::string stamp(const std::string& year) {
    return "<delay xmlns='urn:xmpp:delay' from='e.test' stamp='" + year + "-09-10T23:08:25Z'/>";
}

struct Scene : TalkStage {
    explicit Scene(headstock::Options options = support::in_clear())
        : TalkStage{std::move(options)} {
        client->register_handler(carbons);
        client->register_handler(reactions);
        client->on_event([this](const headstock::Reacted& event) {
            seen.add(event.id + ":" + event.who.address.str() + ":" + joined(event.before) + ">" +
                     joined(event.emojis) + (event.ours ? ":ours" : ""));
        });
        client->on_event([this](const headstock::ReactionsRefused& event) {
            seen.add("refused:" + event.id + ":" + joined(event.emojis));
        });
        take();
    }
    static std::string joined(const std::vector<std::string>& emojis) {
        std::string all;
        for (const auto& emoji : emojis) all += emoji;
        return all;
    }
    std::string count(const char* conversation, const char* id) {
        std::string all;
        for (const auto& [emoji, times] : reactions.of(Jid{conversation}, id))
            all += emoji + std::to_string(times);
        return all;
    }
    headstock::Carbons carbons;
    Reactions reactions{talk};
};

Message hers() {
    return {.from = Jid{"juliet@e.test/b"}, .to = Jid{"romeo@e.test/r"}, .id = "1", .body = "x"};
}

} // namespace

TEST_CASE("reactions: the element, read and written again (XEP-0444 3)") {
    for (const auto& xml : {reactions_to("744f", {"👋"}), reactions_to("744f", {"👋", "🐢"}),
                            reactions_to("744f", {}), reactions_to("1", {"💘", "❤️", "💜"})})
        CHECK(support::again<headstock::ReactionSet>(xml) == xml);
    CHECK(support::again<headstock::ReactionSet>("<reactions xmlns='urn:xmpp:reactions:0'/>") ==
          "id is missing");
}

TEST_CASE("reactions: sent whole, each once, to be stored where the message is (XEP-0444 3, 4)") {
    Scene scene;
    const auto sent = scene.reactions.react(hers(), {"👋", "🐢", "👋", ""});
    REQUIRE(sent);
    CHECK(scene.take() == "<message to='juliet@e.test' type='chat' id='" + sent.id + "'>" +
                              reactions_to("1", {"👋", "🐢"}) + store + "</message>");
    CHECK(scene.count("juliet@e.test", "1") == "🐢1👋1");
    auto secret = hers();
    secret.add(headstock::NoStore{}).add(headstock::OriginId{"o"});
    REQUIRE(scene.reactions.react(secret, {}));
    const auto bytes = scene.take();
    CHECK(bytes.find(reactions_to("o", {}) + "</message>") != std::string::npos);
}

TEST_CASE("reactions: a set takes the place of the sender's former one (XEP-0444 3.1)") {
    Scene scene;
    const auto says = [&](const char* from, const std::string& set) {
        return scene.seen_in(chat_from(from, "m", set));
    };
    CHECK(says("juliet@e.test/b", reactions_to("1", {"👋"})) == "1:juliet@e.test:>👋");
    CHECK(says("juliet@e.test/p", reactions_to("1", {"👋", "🐢"})) == "1:juliet@e.test:👋>👋🐢");
    CHECK(says("juliet@e.test/p", reactions_to("1", {"👋", "🐢"})) == "");
    CHECK(says("eve@e.test/p", reactions_to("1", {})) == "");
    CHECK(scene.count("juliet@e.test", "1") == "🐢1👋1");
    CHECK(says("juliet@e.test/b", reactions_to("1", {})) == "1:juliet@e.test:👋🐢>");
    CHECK(scene.count("juliet@e.test", "1") == "");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test' from='romeo@e.test/o' "
                                       "type='chat'>" +
                                           reactions_to("1", {"👋"}) + "</message>")) ==
          "1:romeo@e.test:>👋:ours");
    CHECK(scene.count("juliet@e.test", "1") == "👋1");
}

TEST_CASE("reactions: what comes late does not replace what came later (XEP-0444 4.1)") {
    Scene scene;
    const auto says = [&](const std::string& set) {
        return scene.seen_in(chat_from("juliet@e.test/b", "m", set));
    };
    CHECK(says(reactions_to("1", {"b"}) + stamp("2003")) == "1:juliet@e.test:>b");
    CHECK(says(reactions_to("1", {"a"}) + stamp("2002")) == "");
    CHECK(says(reactions_to("1", {"c"}) + stamp("2004")) == "1:juliet@e.test:b>c");
    CHECK(says(reactions_to("1", {})) == "1:juliet@e.test:c>");
    CHECK(says(reactions_to("1", {"d"}) + stamp("2005")) == "");
}

TEST_CASE("reactions: in a room by its own ids, and of who is known (XEP-0444 4.1, 4.2)") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0", "urn:xmpp:occupant-id:0"}, "mine");
    CHECK(scene.seen_in(room_message("anna", "m", reactions_to("one", {"👋"}) + occupant("a"))) ==
          "one:room@m.test/anna:>👋");
    CHECK(scene.seen_in(room_message("anni", "m", reactions_to("one", {"🐢"}) + occupant("a"))) ==
          "one:room@m.test/anni:👋>🐢");
    CHECK(scene.seen_in(room_message("eve", "m", reactions_to("one", {"🐢"}) + occupant("e"))) ==
          "one:room@m.test/eve:>🐢");
    CHECK(scene.seen_in(room_message("who", "m", reactions_to("one", {"🐢"}))) == "");
    CHECK(scene.count("room@m.test", "one") == "🐢2");

    Message said{.from = Jid{"room@m.test/anna"}, .type = StanzaType::groupchat, .id = "1"};
    CHECK(scene.reactions.react(said, {"👋"}).error.code == headstock::Errc::invalid_option);
    said.add(headstock::StanzaId{"one", Jid{"room@m.test"}});
    const auto sent = scene.reactions.react(said, {"👋"});
    CHECK(scene.take() == "<message to='room@m.test' type='groupchat' id='" + sent.id + "'>" +
                              reactions_to("one", {"👋"}) + store + "</message>");
    CHECK(scene.count("room@m.test", "one") == "🐢2"); // until it comes back
    CHECK(scene.seen_in(room_message("me", "m", reactions_to("one", {"👋"}) + occupant("mine"))) ==
          "one:room@m.test/me:>👋:ours");
    Scene plain; // who gives no ids is not believed those that stand in a message
    plain.join();
    CHECK(plain.reactions.react(said, {"👋"}).error.code == headstock::Errc::invalid_option);
}

TEST_CASE("reactions: one to a correction is one to the first message (XEP-0444 4)") {
    Scene scene;
    scene.says(chat_from("juliet@e.test/b", "1", body));
    scene.says(chat_from("juliet@e.test/b", "2",
                         body + "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>"));
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "m", reactions_to("2", {"👋"}))) ==
          "1:juliet@e.test:>👋");
    auto corrected = hers();
    corrected.id = "2";
    scene.take();
    scene.reactions.react(corrected, {"👋"});
    CHECK(scene.take().find(reactions_to("1", {"👋"})) != std::string::npos);
}

TEST_CASE("reactions: one to a correction of a private message has that message's id") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0"});
    scene.comes("anna");
    scene.says(chat_from("room@m.test/anna", "1", body));
    scene.says(chat_from("room@m.test/anna", "2",
                         body + "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>"));
    Message corrected{.from = Jid{"room@m.test/anna"}, .type = StanzaType::chat, .id = "2"};
    scene.take();
    CHECK(scene.reactions.react(corrected, {"👋"}));
    CHECK(scene.take().find(reactions_to("1", {"👋"})) != std::string::npos);
    CHECK(scene.seen_in(chat_from("room@m.test/anna", "m", reactions_to("2", {"🐢"}))) ==
          "1:room@m.test/anna:>🐢");
}

TEST_CASE("reactions: what is refused is as it was before (XEP-0444 3.2)") {
    Scene scene;
    REQUIRE(scene.reactions.react(hers(), {"💘"}));
    const auto second = scene.reactions.react(hers(), {"💘", "💜"});
    const auto error = [&](const char* from) {
        return "<message type='error' from='" + std::string{from} + "' id='" + second.id +
               "'><error type='modify'><not-acceptable "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
    };
    CHECK(scene.seen_in(error("eve@e.test")) == "");
    CHECK(scene.count("juliet@e.test", "1") == "💘1💜1");
    CHECK(scene.seen_in(error("juliet@e.test")) == "refused:1:💘");
    CHECK(scene.count("juliet@e.test", "1") == "💘1");
    CHECK(scene.seen_in(error("juliet@e.test")) == "");
}

TEST_CASE("reactions: of two the first is refused, and then the second (XEP-0444 3.2)") {
    Scene scene;
    const auto first = scene.reactions.react(hers(), {"💘"});
    const auto second = scene.reactions.react(hers(), {"💜"});
    const auto error = [&](const std::string& id) {
        return scene.seen_in("<message type='error' from='juliet@e.test' id='" + id + "'>" +
                             refusal + "</message>");
    };
    CHECK(error(first.id) == "refused:1:💜"); // which is with her, for all we know
    CHECK(scene.count("juliet@e.test", "1") == "💜1");
    CHECK(error(second.id) == "refused:1:"); // and not what was refused before
    CHECK(scene.count("juliet@e.test", "1") == "");
}

TEST_CASE("reactions: a room refuses what was said to it, and none of its occupants does") {
    Scene scene;
    scene.join({"urn:xmpp:sid:0"});
    Message said{.from = Jid{"room@m.test/anna"}, .type = StanzaType::groupchat, .id = "1"};
    said.add(headstock::StanzaId{"one", Jid{"room@m.test"}});
    const auto sent = scene.reactions.react(said, {"👋"});
    const auto error = [&](const char* from) {
        return scene.seen_in("<message type='error' from='" + std::string{from} + "' id='" +
                             sent.id + "'>" + refusal + "</message>");
    };
    CHECK(error("room@m.test/eve") == "");
    CHECK(error("room@m.test") == "refused:one:");
}

TEST_CASE("reactions: what strangers send is kept within bounds") {
    Scene scene;
    std::string many = "<reactions xmlns='urn:xmpp:reactions:0' id='1'>";
    for (int i = 0; i < 30; ++i) many += "<reaction>" + std::to_string(i) + "</reaction>";
    many += "<reaction>" + std::string(65, 'x') + "</reaction></reactions>";
    scene.says(chat_from("eve@e.test", "m", many));
    CHECK(scene.reactions.of(Jid{"eve@e.test"}, "1").size() == 20);
    scene.says(chat_from("a@e.test", "m", reactions_to("2", {std::string(65, 'x'), "y", "y"})));
    CHECK(scene.count("a@e.test", "2") == "y1");
    scene.seen.take();
    CHECK(scene.seen_in(chat_from("a@e.test", "m", reactions_to(std::string(257, 'i'), {"y"}))) ==
          "");
    CHECK(scene.seen_in(chat_from("a@e.test", "m", reactions_to("", {"y"}))) == "");
    for (int i = 0; i < 2000; ++i)
        scene.says(chat_from("n@" + std::to_string(i) + ".test", "m", reactions_to("1", {"y"})));
    CHECK(scene.count("eve@e.test", "1") == "");
    CHECK(scene.count("n@0.test", "1") == "y1");
}

TEST_CASE("reactions: no session, and its event may destroy all") {
    auto talk = std::make_unique<headstock::Conversations>();
    auto reactions = std::make_unique<Reactions>(*talk);
    CHECK(reactions->react(hers(), {}).error.code == headstock::Errc::session_over);
    support::SessionKit kit;
    kit.client->register_handler(*talk);
    kit.client->register_handler(*reactions);
    kit.login();
    int told = 0;
    kit.client->on_event([&](const headstock::Reacted&) {
        ++told;
        kit.client.reset();
        reactions.reset();
        talk.reset();
    });
    kit.client->received(chat_from("a@e.test", "1", reactions_to("1", {"y"})) +
                         chat_from("a@e.test", "2", reactions_to("1", {"z"})));
    CHECK(told == 1);
}
