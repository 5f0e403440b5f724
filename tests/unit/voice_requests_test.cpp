// XEP-0045 7.13 and 8.6: a visitor asks for voice, a moderator says yes or no.
#include "headstock/extensions/voice_requests.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/whole_message.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>

using headstock::Element, headstock::Errc, headstock::VoiceRequested, headstock::VoiceRequests;
using support::Stage;

namespace {

const std::string type = "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request"
                         "</value></field>";

std::string request(const std::string& from = "cave@muc.e.test",
                    const std::string& fields = type,
                    const std::string& attributes = {}) {
    return "<message from='" + from + "'" + attributes +
           "><x xmlns='jabber:x:data' type='form'><title>Voice request</title>" + fields +
           "<field var='muc#role' type='list-single'><value>participant</value></field>"
           "<field var='muc#jid' type='jid-single'><value>hag@e.test/pda</value></field>"
           "<field var='muc#roomnick'><value>third</value></field>"
           "<field var='muc#request_allow' type='boolean'><value>false</value></field>"
           "</x></message>";
}

struct VoiceStage : Stage {
    VoiceStage() {
        client->register_handler(*cave);
        client->on_event([this](const VoiceRequested& event) {
            seen.add(event.room.str() + '|' + event.nick + '|' + event.who.str());
            last = event;
        });
    }
    std::string sent() {
        auto message = Element::parse(take()).value();
        return message.unset("id").xml();
    }
    std::unique_ptr<VoiceRequests> cave = std::make_unique<VoiceRequests>("cave@muc.e.test/me");
    VoiceRequested last;
};

std::string submitted(const std::string& fields) {
    return "<message to='cave@muc.e.test'><x xmlns='jabber:x:data' type='submit'>" + type + fields +
           "</x></message>";
}

} // namespace

TEST_CASE("voice: a visitor asks the room") {
    VoiceStage stage;
    CHECK(stage.cave->ask());
    CHECK(stage.sent() == submitted("<field var='muc#role'><value>participant</value></field>"));
}

TEST_CASE("voice: a moderator hears of it, and says yes or no") {
    VoiceStage stage;
    CHECK(stage.seen_in(request()) == "cave@muc.e.test|third|hag@e.test/pda");
    const std::string told = "<field var='muc#role'><value>participant</value></field>"
                             "<field var='muc#jid'><value>hag@e.test/pda</value></field>"
                             "<field var='muc#roomnick'><value>third</value></field>";
    CHECK(stage.cave->answer(stage.last, true));
    CHECK(stage.sent() ==
          submitted(told + "<field var='muc#request_allow'><value>true</value></field>"));
    CHECK(stage.cave->answer(stage.last, false));
    CHECK(stage.sent() ==
          submitted(told + "<field var='muc#request_allow'><value>false</value></field>"));
}

TEST_CASE("voice: only the room itself is believed, and only a form of this kind") {
    VoiceStage stage;
    for (const auto* from : {"cave@muc.e.test/third", "other@muc.e.test", "muc.e.test",
                             "evil@e.test/x", "romeo@e.test"})
        CHECK(stage.seen_in(request(from)).empty());
    CHECK(stage.seen_in(request("cave@muc.e.test", "")).empty());
    CHECK(stage
              .seen_in(request("cave@muc.e.test", "<field var='FORM_TYPE'><value>urn:x</value>"
                                                  "</field>"))
              .empty());
    for (const auto* other : {"chat", "groupchat", "error"})
        CHECK(stage.seen_in(request("cave@muc.e.test", type, " type='" + std::string{other} + "'"))
                  .empty());
    CHECK(stage
              .seen_in("<message from='cave@muc.e.test'><x xmlns='jabber:x:data' "
                       "type='submit'>" +
                       type + "</x></message>")
              .empty());
    CHECK(stage
              .seen_in("<message from='cave@muc.e.test'><forwarded "
                       "xmlns='urn:xmpp:forward:0'>" +
                       request() + "</forwarded></message>")
              .empty());
}

TEST_CASE("voice: outside a session nothing is sent, and no room is an error") {
    VoiceRequests cave{"cave@muc.e.test"};
    CHECK(cave.ask().error.code == Errc::session_over);
    CHECK_THROWS(VoiceRequests{"@"});
    VoiceStage stage;
    stage.client->disconnected();
    CHECK(stage.cave->answer(stage.last, true).error.code == Errc::session_over);
}

TEST_CASE("voice: a handler of the event may destroy the object, or the client") {
    VoiceStage stage;
    SUBCASE("the object") {
        stage.client->on_event([&](const VoiceRequested&) {
            stage.client->unregister_handler(*stage.cave);
            stage.cave.reset();
        });
        CHECK(!stage.seen_in(request()).empty());
        CHECK(stage.seen_in(request()).empty());
    }
    SUBCASE("the client") {
        stage.client->on_event([&](const VoiceRequested&) { stage.client.reset(); });
        CHECK(!stage.seen_in(request()).empty());
        CHECK_FALSE(stage.cave->ask());
    }
}

TEST_CASE("voice: nothing is told of a message whose rest is forged or passed over") {
    VoiceStage stage;
    support::only_whole_messages(stage, request());
}

TEST_CASE("voice: what comes again after a resumption is told once") {
    VoiceRequests cave{"cave@muc.e.test"};
    support::told_once_after_a_resumption<VoiceRequested>(cave, request());
}
