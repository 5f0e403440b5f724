// XEP-0085: what we do and what others do, said only to who understands, and never twice.
#include "headstock/extensions/chat_states.hpp"
#include "tests/support/talk_stage.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::ChatState, headstock::ChatStates, headstock::Jid, headstock::Message;
using support::carbon, support::chat_from, support::room_message, support::TalkStage;

namespace {

std::string state(std::string_view word) {
    return "<" + std::string{word} + " xmlns='http://jabber.org/protocol/chatstates'/>";
}
const std::string body = "<body>x</body>";

struct Scene : TalkStage {
    explicit Scene(headstock::Options options = support::in_clear())
        : TalkStage{std::move(options)} {
        client->register_handler(states);
        client->on_event([this](const headstock::ChatStateChanged& event) {
            seen.add(
                event.who.str() + ":" + std::string{to_string(event.state)} +
                (event.conversation == event.who.bare() ? "" : ":" + event.conversation.str()));
        });
    }
    std::string said(const headstock::Delivery& sent) {
        auto bytes = take();
        if (!sent) return bytes + sent.error.text;
        const auto at = bytes.find(" id='" + sent.id + "'");
        return bytes.erase(at, sent.id.size() + 6);
    }
    ChatStates states{talk};
};

const Jid juliet{"juliet@e.test"};
const std::string no_word = "not sent: they have not shown that they understand (XEP-0085 5.1)";
const std::string twice = "not sent: this state was said just now (XEP-0085 5.3)";

} // namespace

TEST_CASE("chat states: the five elements, and of two none (XEP-0085 2, 5.6)") {
    int number = 0;
    for (const auto* word : {"active", "composing", "paused", "inactive", "gone"}) {
        Message message;
        headstock::add_chat_state(message, static_cast<ChatState>(number));
        CHECK(message.element().first_child().xml() == state(word));
        CHECK(headstock::chat_state(message) == static_cast<ChatState>(number++));
        headstock::add_chat_state(message, ChatState::active);
        CHECK_FALSE(headstock::chat_state(message));
    }
    CHECK(support::again<headstock::ActiveState>(state("active")) == state("active"));
    CHECK(support::again<headstock::ComposingState>(state("composing")) == state("composing"));
    CHECK(support::again<headstock::PausedState>(state("paused")) == state("paused"));
    CHECK(support::again<headstock::InactiveState>(state("inactive")) == state("inactive"));
    CHECK(support::again<headstock::GoneState>(state("gone")) == state("gone"));
}

TEST_CASE("chat states: before they show that they understand, only beside words (XEP-0085 5.1)") {
    Scene scene;
    CHECK(scene.said(scene.states.set(juliet, ChatState::composing)) == no_word);
    CHECK(scene.said(scene.states.send({.to = juliet, .body = "x"})) ==
          "<message to='juliet@e.test' type='chat'>" + body + state("active") + "</message>");
    CHECK_FALSE(scene.states.understands(juliet));
    CHECK(scene.said(scene.states.set(juliet, ChatState::composing)) == no_word);
    scene.says(chat_from("juliet@e.test/b", "1", body + state("active")));
    CHECK(scene.states.understands(Jid{"juliet@e.test/b"}) == true);
    CHECK(scene.said(scene.states.set(juliet, ChatState::composing, "t")) ==
          "<message to='juliet@e.test' type='chat'><thread>t</thread>" + state("composing") +
              "<no-store xmlns='urn:xmpp:hints'/></message>");
    scene.says(chat_from("juliet@e.test/b", "2",
                         body + "<replace xmlns='urn:xmpp:message-correct:0' id='1'/>"));
    CHECK(scene.states.understands(juliet) == true);     // a correction is no reply
    scene.says(chat_from("juliet@e.test/b", "2", body)); // without one: no more of them
    CHECK(scene.states.understands(juliet) == false);
    CHECK(scene.said(scene.states.set(juliet, ChatState::paused)) == no_word);
    CHECK(scene.said(scene.states.send({.to = juliet, .body = "x"})) ==
          "<message to='juliet@e.test' type='chat'>" + body + "</message>");
    scene.states.understands(juliet, true); // as discovery says
    CHECK(scene.said(scene.states.set(juliet, ChatState::paused)).find(state("paused")) !=
          std::string::npos);
}

TEST_CASE("chat states: never the same twice in a row (XEP-0085 5.3)") {
    Scene scene;
    scene.states.understands(juliet, true);
    CHECK(scene.states.set(juliet, ChatState::composing));
    scene.take();
    CHECK(scene.said(scene.states.set(juliet, ChatState::composing)) == twice);
    CHECK(scene.states.set(juliet, ChatState::paused));
    CHECK(scene.states.set(juliet, ChatState::composing));
    CHECK(scene.states.send({.to = juliet, .body = "x"}));
    scene.take();
    CHECK(scene.said(scene.states.set(juliet, ChatState::active)) == twice);
    CHECK(scene.states.send({.to = juliet, .body = "x"})); // beside words always (5.3)
    CHECK(scene.take().find(state("active")) != std::string::npos);
}

TEST_CASE("chat states: what they do is an event when it changes, as a carbon too") {
    Scene scene;
    headstock::Carbons carbons;
    scene.client->register_handler(carbons);
    scene.states.understands(juliet, true);
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", body)) == ""); // of no state is known
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", state("composing"))) ==
          "juliet@e.test/b:composing");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", state("composing"))) == "");
    CHECK(scene.states.state_of(juliet) == ChatState::composing);
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1", body)) == "juliet@e.test/b:active");
    CHECK(scene.seen_in(carbon("received", "<message from='juliet@e.test/b' to='romeo@e.test/o' "
                                           "type='chat'>" +
                                               state("paused") + "</message>")) ==
          "juliet@e.test/b:paused");
    CHECK(scene.seen_in(carbon("sent", "<message to='juliet@e.test/b' from='romeo@e.test/o' "
                                       "type='chat'>" +
                                           state("composing") + "</message>")) == "");
    CHECK(scene.seen_in(chat_from("juliet@e.test/b", "1",
                                  state("gone") + "<delay xmlns='urn:xmpp:delay' from='e.test' "
                                                  "stamp='2002-09-10T23:08:25Z'/>")) == "");
    CHECK(scene.seen_in("<message type='headline' from='juliet@e.test/b'>" + state("gone") +
                        "</message>") == "");
}

TEST_CASE("chat states: who leaves has gone (XEP-0280 10.2)") {
    Scene scene;
    scene.says(chat_from("juliet@e.test/b", "1", state("composing")));
    scene.seen.take();
    CHECK(scene.seen_in("<presence type='unavailable' from='juliet@e.test/other'/>") == "");
    CHECK(scene.seen_in("<presence type='unavailable' from='juliet@e.test/b'/>") ==
          "juliet@e.test/b:gone");
    CHECK(scene.seen_in("<presence type='unavailable' from='juliet@e.test/b'/>") == "");
    CHECK_FALSE(scene.states.state_of(juliet));
}

TEST_CASE("chat states: in a room to all, and of each occupant, but never gone (XEP-0085 5.5)") {
    Scene scene;
    scene.join();
    const Jid room{"room@m.test"};
    CHECK(scene.said(scene.states.set(room, ChatState::composing)) ==
          "<message to='room@m.test' type='groupchat'>" + state("composing") +
              "<no-store xmlns='urn:xmpp:hints'/></message>");
    CHECK(scene.said(scene.states.set(room, ChatState::composing)) == twice);
    CHECK(scene.said(scene.states.set(room, ChatState::gone)) ==
          "not sent: nobody says to a room that they have gone (XEP-0085 5.5)");
    CHECK(scene.seen_in(room_message("me", "1", state("composing"))) == "");
    CHECK(scene.seen_in(room_message("anna", "1", state("composing"))) ==
          "room@m.test/anna:composing");
    CHECK(scene.seen_in(room_message("eve", "1", state("composing"))) ==
          "room@m.test/eve:composing");
    CHECK(scene.seen_in(room_message("eve", "1", state("gone"))) == "");
    CHECK(scene.states.state_of(Jid{"room@m.test/eve"}) == ChatState::composing);
    scene.goes("eve");
    CHECK(scene.seen.take() == "room@m.test/eve:gone:room@m.test/eve");
}

TEST_CASE("chat states: what a session said ends with it, and a thousand are known") {
    auto options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    Scene scene{options};
    scene.says(chat_from("juliet@e.test/b", "1", state("composing")));
    CHECK(scene.states.set(juliet, ChatState::composing));
    scene.lose();
    scene.come_back();
    CHECK_FALSE(scene.states.state_of(juliet));
    CHECK(scene.states.set(juliet, ChatState::composing));
    for (int i = 0; i < 1000; ++i)
        scene.says(chat_from("m@" + std::to_string(i) + ".test/b", "1", state("active")));
    CHECK_FALSE(scene.states.understands(juliet));
    CHECK(scene.states.understands("m@0.test") == true);
}

TEST_CASE("chat states: an address that is none, and no session") {
    Scene scene;
    CHECK(scene.states.set("", ChatState::active).error.code == headstock::Errc::invalid_jid);
    CHECK(scene.states.set("@", ChatState::active).error.code == headstock::Errc::invalid_jid);
    scene.states.understands("@", true);
    CHECK_FALSE(scene.states.understands("@"));
    CHECK_FALSE(scene.states.state_of("@"));
    headstock::Conversations talk;
    ChatStates states{talk};
    states.understands(juliet, true);
    CHECK(states.set(juliet, ChatState::active).error.code == headstock::Errc::session_over);
    CHECK(states.send({.to = juliet}).error.code == headstock::Errc::session_over);
}
