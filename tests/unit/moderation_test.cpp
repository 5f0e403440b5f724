// XEP-0425: a moderator takes a message back, and a room says so.
#include "headstock/extensions/moderation.hpp"
#include "tests/support/asked.hpp"
#include "tests/support/whole_message.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>

using headstock::Answer, headstock::Element, headstock::Errc, headstock::MessageModerated,
    headstock::Moderation, headstock::Ok;
using support::Asked, support::Stage;

namespace {

struct ModerationStage : Stage {
    ModerationStage() {
        client->register_handler(*cave);
        client->on_event([this](const MessageModerated& event) {
            seen.add(event.room.str() + '|' + event.id + '|' + event.by.str() + '|' +
                     event.occupant_id + '|' + event.reason);
        });
    }
    auto note() {
        return [this](const Answer<Ok>& answer) { seen.add(answer ? "done" : answer.message()); };
    }
    std::unique_ptr<Moderation> cave = std::make_unique<Moderation>("Cave@muc.e.test/me");
};

const std::string whole = "<retract id='s1' xmlns='urn:xmpp:message-retract:1'><moderated "
                          "by='cave@muc.e.test/mac' xmlns='urn:xmpp:message-moderate:1'>"
                          "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='dd72'/></moderated>"
                          "<reason>spam</reason></retract>";

std::string told(const std::string& inside,
                 const std::string& from = "cave@muc.e.test",
                 const std::string& type = "groupchat") {
    return "<message type='" + type + "' from='" + from + "'>" + inside + "</message>";
}

} // namespace

TEST_CASE("moderation: the room is asked, with a reason or without") {
    ModerationStage stage;
    CHECK(stage.cave->retract("s1", "not here", stage.note()));
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='set' to='cave@muc.e.test'><moderate "
                       "xmlns='urn:xmpp:message-moderate:1' id='s1'><retract "
                       "xmlns='urn:xmpp:message-retract:1'/><reason>not here</reason></moderate>"
                       "</iq>");
    CHECK(asked.result() == "done");
    stage.cave->retract("s2", {}, stage.note());
    Asked again{stage};
    CHECK(again.xml == "<iq type='set' to='cave@muc.e.test'><moderate "
                       "xmlns='urn:xmpp:message-moderate:1' id='s2'><retract "
                       "xmlns='urn:xmpp:message-retract:1'/></moderate></iq>");
    CHECK(again.error("forbidden") == "forbidden (cancel)");
    CHECK(stage.cave->retract("s3"));
    CHECK(Asked{stage}.result().empty());
}

TEST_CASE("moderation: what the room says is an event") {
    ModerationStage stage;
    CHECK(stage.seen_in(told(whole)) == "cave@muc.e.test|s1|cave@muc.e.test/mac|dd72|spam");
    CHECK(stage.seen_in(told("<retract id='s1' xmlns='urn:xmpp:message-retract:1'><moderated "
                             "xmlns='urn:xmpp:message-moderate:1'/></retract>")) ==
          "cave@muc.e.test|s1|||");
    CHECK(stage.seen_in(told("<retract id='s1' xmlns='urn:xmpp:message-retract:1'><moderated "
                             "by='@' xmlns='urn:xmpp:message-moderate:1'/></retract>")) ==
          "cave@muc.e.test|s1|||");
}

TEST_CASE("moderation: only the room itself is believed, and only as a groupchat") {
    ModerationStage stage;
    for (const auto* from :
         {"cave@muc.e.test/mac", "cave@muc.e.test/", "other@muc.e.test", "muc.e.test",
          "juliet@e.test", "romeo@e.test", "xcave@muc.e.test", "\xef\xbd\x83\x61ve@muc.e.test"}) {
        CAPTURE(from);
        CHECK(stage.seen_in(told(whole, from)).empty());
    }
    for (const auto* type : {"chat", "normal", "headline", "error"})
        CHECK(stage.seen_in(told(whole, "cave@muc.e.test", type)).empty());
    CHECK(stage.seen_in("<message type='groupchat'>" + whole + "</message>").empty());
    CHECK(
        stage.seen_in(told("<forwarded xmlns='urn:xmpp:forward:0'>" + told(whole) + "</forwarded>"))
            .empty());
}

TEST_CASE("moderation: a retraction that no moderator made, or without an id, is none") {
    ModerationStage stage;
    CHECK(stage.seen_in(told("<retract id='s1' xmlns='urn:xmpp:message-retract:1'/>")).empty());
    CHECK(stage
              .seen_in(told("<retract xmlns='urn:xmpp:message-retract:1'><moderated "
                            "xmlns='urn:xmpp:message-moderate:1'/></retract>"))
              .empty());
    CHECK(stage
              .seen_in(told("<retract id='' xmlns='urn:xmpp:message-retract:1'><moderated "
                            "xmlns='urn:xmpp:message-moderate:1'/></retract>"))
              .empty());
}

TEST_CASE("moderation: outside a session nothing is sent, and no room is an error") {
    Moderation cave{"cave@muc.e.test"};
    CHECK(cave.retract("s1").error.code == Errc::session_over);
    CHECK_THROWS(Moderation{"@"});
    ModerationStage stage;
    stage.client->disconnected();
    CHECK(stage.cave->retract("s1").error.code == Errc::session_over);
}

TEST_CASE("moderation: a handler of the event may destroy the object, or the client") {
    ModerationStage stage;
    SUBCASE("the object") {
        stage.client->on_event([&](const MessageModerated&) {
            stage.client->unregister_handler(*stage.cave);
            stage.cave.reset();
        });
        CHECK(!stage.seen_in(told(whole + whole)).empty());
        CHECK(stage.cave == nullptr);
    }
    SUBCASE("the client") {
        stage.client->on_event([&](const MessageModerated&) { stage.client.reset(); });
        CHECK(!stage.seen_in(told(whole)).empty());
        CHECK_FALSE(stage.cave->retract("s1"));
    }
}

TEST_CASE("moderation: the examples of XEP-0425 are read and written again with nothing lost") {
    const auto request = Element::parse("<moderate xmlns='urn:xmpp:message-moderate:1' id='s1'>"
                                        "<retract xmlns='urn:xmpp:message-retract:1'/>"
                                        "<reason>no</reason></moderate>")
                             .value();
    CHECK(headstock::to_element(*request.as<headstock::ModerateRequest>()) == request);
    const auto retract = Element::parse(whole).value();
    CHECK(headstock::to_element(*retract.as<headstock::ModeratedRetraction>()) == retract);
    const auto tombstone =
        Element::parse("<retracted stamp='2019-09-20T23:19:12Z' "
                       "xmlns='urn:xmpp:message-retract:1'><moderated by='witch@x' "
                       "xmlns='urn:xmpp:message-moderate:1'><occupant-id "
                       "xmlns='urn:xmpp:occupant-id:0' id='dd72'/></moderated>"
                       "<reason>no</reason></retracted>")
            .value();
    const auto read = tombstone.as<headstock::ModeratedTombstone>();
    REQUIRE(read);
    CHECK(read->moderated.by.str() == "witch@x");
    CHECK(read->stamp);
    CHECK(headstock::to_element(*read) == tombstone);
}

TEST_CASE("moderation: nothing is told of a message whose rest is forged or passed over") {
    ModerationStage stage;
    support::only_whole_messages(stage, told(whole));
}

TEST_CASE("moderation: what comes again after a resumption is told once") {
    Moderation cave{"cave@muc.e.test"};
    support::told_once_after_a_resumption<MessageModerated>(cave, told(whole));
}
