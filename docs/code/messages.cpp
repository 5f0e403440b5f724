// docs/guide/messages.md
#include "juliet.hpp"

#include <doctest/doctest.h>

#include <headstock/extensions/carbons.hpp>
#include <headstock/extensions/chat_states.hpp>
#include <headstock/extensions/correction.hpp>
#include <headstock/extensions/fallback.hpp>
#include <headstock/extensions/hints.hpp>
#include <headstock/extensions/markers.hpp>
#include <headstock/extensions/me.hpp>
#include <headstock/extensions/out_of_band.hpp>
#include <headstock/extensions/reactions.hpp>
#include <headstock/extensions/receipts.hpp>
#include <headstock/extensions/replies.hpp>
#include <headstock/extensions/retraction.hpp>
#include <headstock/headstock.hpp>

namespace messages_page {

using headstock::Message;

// page: read
std::string describe(const Message& message) {
    if (const auto action = headstock::me_action(message.body)) return "* " + std::string{*action};
    if (const auto file = message.get<headstock::OutOfBand>()) return "a file: " + file->url;
    if (const auto reply = message.get<headstock::ReplyTo>())
        return "to " + reply->id + ": " +
               headstock::body_without_fallback(message, headstock::ns::reply);
    return message.body;
}
// page: end

// page: write
Message secret(const headstock::Jid& to, const std::string& text) {
    Message message{.to = to, .body = text};
    message.add(headstock::NoStore{});
    headstock::keep_out_of_carbons(message);
    return message;
}
// page: end

// page: talker
class Talker {
public:
    template <class Client>
    explicit Talker(Client& client) {
        client.register_handler(roster_);
        client.register_handler(talk_); // before what is made with it
        client.register_handler(carbons_);
        client.register_handler(receipts_);
        client.register_handler(corrections_);
        client.register_handler(reactions_);
        client.register_handler(*this);
    }
    void say(const headstock::Jid& to, const std::string& text) {
        last_ = receipts_.send({.to = to, .body = text}).id;
    }
    void say_better(const headstock::Jid& to, const std::string& text) {
        corrections_.correct(last_, {.to = to, .body = text});
    }

    std::vector<std::string> screen;

private:
    void heard(const headstock::MessageHeard& event) {
        if (!event.message.body.empty() && !event.message.get<headstock::Replace>())
            screen.push_back((event.ours ? "we: " : "they: ") + event.message.body);
    }
    void received(const headstock::Received& event) { screen.push_back(event.id + " has come"); }
    void corrected(const headstock::Corrected& event) {
        screen.push_back(event.original + " is now: " + event.message.body);
    }
    void reacted(const headstock::Reacted& event) {
        for (const auto& emoji : event.emojis) screen.push_back(emoji + " for " + event.id);
    }

    headstock::Roster roster_;
    headstock::Conversations talk_;
    headstock::Carbons carbons_;
    headstock::Receipts receipts_{talk_, headstock::Audience::contacts(roster_)};
    headstock::Corrections corrections_{talk_};
    headstock::Reactions reactions_{talk_};
    std::string last_;

    friend HEADSTOCK_HANDLERS(Talker,
                              on_event<&self::heard>(),
                              on_event<&self::received>(),
                              on_event<&self::corrected>(),
                              on_event<&self::reacted>())
};
// page: end

// page: states
/// Says that it is writing while an answer is looked for.
class Thinker {
public:
    explicit Thinker(headstock::Conversations& talk) : states_{talk} {}

    void look_for(const headstock::Jid& who) {
        states_.set(who, headstock::ChatState::composing); // said to who understands it
    }
    void found(const headstock::Jid& who, const std::string& answer) {
        states_.send({.to = who, .body = answer}); // says <active/> too
    }
    headstock::ChatStates& states() { return states_; } // to be registered

private:
    headstock::ChatStates states_;
};
// page: end

// page: same
/// For a program that keeps messages longer than Conversations do.
bool may_take_back(const headstock::Conversations& talk,
                   const headstock::Author& who_said_it,
                   const Message& retraction) {
    return retraction.get<headstock::Retract>() && talk.same(who_said_it, talk.author(retraction));
}
// page: end

TEST_CASE("pages: what a message has is read by get and written by add") {
    Message message{.body = "/me laughs"};
    CHECK(describe(message) == "* laughs");
    message.body = "https://example.org/cake.jpg";
    message.add(headstock::OutOfBand{message.body, {}});
    CHECK(describe(message) == "a file: https://example.org/cake.jpg");
    Message asked{.from = headstock::Jid{"juliet@example.org"}, .id = "1", .body = "A cake?"};
    CHECK(describe(headstock::answer_to(asked, "Good.", "Juliet")) == "to 1: Good.");
    const auto sent = secret(headstock::Jid{"juliet@example.org/balcony"}, "x");
    CHECK(sent.get<headstock::NoStore>());
    CHECK(sent.get<headstock::PrivateMessage>());
    CHECK(sent.get<headstock::NoCopy>());
}

TEST_CASE("pages: objects that follow a talk") {
    headstock::testing::Stage stage;
    Talker talker{stage.client()};
    stage.login();
    stage.sent();
    const headstock::Jid juliet{"juliet@example.org"};
    talker.say(juliet, "Good nigth");
    stage.settle();
    const auto first = stage.sent_elements().at(0);
    const std::string id{first.attribute("id")};
    CHECK(first.child("request", headstock::ns::receipts));
    const auto says = [&](const std::string& inside) {
        stage.says("<message type='chat' id='j" + std::to_string(talker.screen.size()) +
                   "' from='juliet@example.org/balcony'>" + inside + "</message>");
    };
    says("<received xmlns='urn:xmpp:receipts' id='" + id + "'/>");
    talker.say_better(juliet, "Good night");
    stage.settle();
    CHECK(stage.sent_elements().at(0).child("replace", headstock::ns::correction).attribute("id") ==
          id);
    says("<reactions xmlns='urn:xmpp:reactions:0' id='" + id +
         "'><reaction>🌙</reaction></reactions>");
    says("<body>And to you</body>");
    says("<body>And to yuo</body>");
    says("<body>and to you too</body><replace xmlns='urn:xmpp:message-correct:0' id='j3'/>");
    CHECK(talker.screen == std::vector<std::string>{id + " has come", "🌙 for " + id,
                                                    "they: And to you", "they: And to yuo",
                                                    "j3 is now: and to you too"});
}

TEST_CASE("pages: chat states are said to who understands them") {
    headstock::testing::Stage stage;
    headstock::Conversations talk;
    Thinker thinker{talk};
    stage.client().register_handler(talk);
    stage.client().register_handler(thinker.states());
    stage.login();
    const headstock::Jid juliet{"juliet@example.org"};
    thinker.look_for(juliet);
    stage.settle();
    CHECK(stage.sent().empty());
    stage.says("<message type='chat' from='juliet@example.org/balcony'><body>When?</body>"
               "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
    thinker.look_for(juliet);
    thinker.found(juliet, "Tomorrow");
    stage.settle();
    CHECK(stage.sent_elements().size() == 2);
    Message retraction{.from = headstock::Jid{"juliet@example.org/x"}};
    retraction.add(headstock::Retract{"1"});
    CHECK(may_take_back(talk, {juliet}, retraction));
    CHECK_FALSE(may_take_back(talk, {headstock::Jid{"eve@example.org"}}, retraction));
}

} // namespace messages_page
