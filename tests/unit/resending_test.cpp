// Options::resend_unconfirmed: messages that a session's end left in doubt go out again; and what
// the server has complained of does not.
#include "headstock/session/outbox.hpp"
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>
#include <headstock/testing/stage.hpp>

#include <doctest/doctest.h>

#include <new>
#include <string>
#include <string_view>

using headstock::DeliveryState, headstock::Errc;
using namespace std::chrono_literals;
using namespace support;

namespace {

headstock::Options resending() {
    auto options = coming_back();
    options.resend_unconfirmed = true;
    return options;
}

// The session is lost, and the server has not kept it.
void lose_session(Managed& kit) {
    kit.take();
    kit.lose();
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
}

std::string stream_error(std::string_view condition) {
    return "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><" +
           std::string{condition} + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
}

} // namespace

TEST_CASE(
    "resending: messages go first, in order, with the same id and the time of the first try") {
    auto options = headstock::testing::Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    options.resend_unconfirmed = true;
    headstock::testing::Stage stage{options};
    stage.server().settings().stream_management = true;
    std::string told;
    stage.client().on_event([&](const headstock::Unconfirmed& event) {
        for (const auto& one : event.stanzas) told += one.id + " ";
    });
    stage.login();
    stage.pass(2s);
    const auto hi = [](const char* id) { return headstock::message("a@x", "hi").set("id", id); };
    stage.client().send_stanza(hi("1"));
    stage.pass(1s);
    stage.client().send_raw_stanza("<message to='a@x' id='2'/>");
    stage.client().send_stanza(
        headstock::iq_get("a@x").set("id", "3").add(headstock::Element{"query", "urn:x"}));
    stage.sent();
    stage.server().settings().resume_answer = "<failed xmlns='urn:xmpp:sm:3'/>";
    stage.lose();
    stage.client().send_stanza(hi("4"));
    stage.come_back();
    CHECK(told == "3 ");
    CHECK(stage.sent() == "<message to='a@x' type='chat' id='1'><body>hi</body>"
                          "<delay xmlns='urn:xmpp:delay' from='romeo@example.org/stage' "
                          "stamp='2026-01-01T00:00:02Z'/></message>"
                          "<message to='a@x' id='2'>"
                          "<delay xmlns='urn:xmpp:delay' from='romeo@example.org/stage' "
                          "stamp='2026-01-01T00:00:03Z'/></message>"
                          "<message to='a@x' type='chat' id='4'><body>hi</body></message>");
}

TEST_CASE(
    "resending: a number stays, and a message that is lost twice says once when it was sent") {
    Managed kit{resending()};
    kit.enable();
    const auto sent = kit.send("1");
    kit.take();
    kit.lose();
    CHECK(kit.state(sent) == DeliveryState::written);
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(kit.state(sent) == DeliveryState::queued);
    kit.enable();
    lose_session(kit);
    const auto again = kit.take();
    CHECK(ids(again) == "1 ");
    CHECK(count(again, "<delay ") == 1);
    kit.enable();
    kit.says(ack(1));
    CHECK(kit.state(sent) == DeliveryState::acked);
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("resending: a message that says itself when it was sent is not told again") {
    Managed kit{resending()};
    kit.enable();
    const std::string forwarded = "<message to='a@x' id='1'><delay xmlns='urn:xmpp:delay' "
                                  "stamp='2002-09-10T23:08:25Z'/></message>";
    kit.client->send_raw_stanza(forwarded);
    lose_session(kit);
    CHECK(kit.take().find(forwarded) != std::string::npos);
}

TEST_CASE("resending: ten times, and then it is told") {
    Managed kit{resending()};
    Notes told;
    note_unconfirmed(*kit.client, told);
    kit.enable();
    kit.send("1");
    for (int i = 0; i < 10; ++i) {
        lose_session(kit);
        kit.enable();
        CHECK(ids(kit.take()) == "1 ");
        CHECK(told.take().empty());
    }
    lose_session(kit);
    CHECK(ids(kit.take()).empty());
    CHECK(told.take() == "1");
}

TEST_CASE("resending: without the option messages in doubt are told and not sent") {
    Managed kit;
    Notes told;
    note_unconfirmed(*kit.client, told);
    kit.enable();
    kit.send("1");
    lose_session(kit);
    CHECK(told.take() == "1");
    CHECK(ids(kit.take()).empty());
}

TEST_CASE("resending: what the server has handled is not sent again") {
    Managed kit{resending()};
    kit.enable();
    kit.send("1");
    kit.send("2");
    kit.take();
    kit.lose();
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3' h='1'/>");
    CHECK(ids(kit.take()) == "2 ");
}

TEST_CASE("resending: not what was on its way when the server complained") {
    Managed kit{resending()};
    Notes told;
    note_unconfirmed(*kit.client, told);
    kit.enable();
    kit.send("1");
    kit.take();
    kit.says(stream_error("not-well-formed"));
    kit.take();
    kit.client->disconnected();
    kit.come_back();
    CHECK(told.take() == "1");
    CHECK(ids(kit.take()).empty());
}

TEST_CASE("resending: memory that runs out leaves every message in its place") {
    // What is made for all of them is made before anything changes: see Outbox::send_again().
    headstock::detail::Outbox outbox;
    outbox.keep_copies();
    outbox.release();
    for (const char* id : {"1", "2"}) {
        headstock::detail::Draft draft{outbox};
        draft.bytes() += "<message id='" + std::string{id} + "'/>";
        draft.keep({"message", "", id});
    }
    outbox.await_acks(true);
    outbox.confirm(outbox.take().size());
    outbox.hold();
    int calls = 0;
    CHECK_THROWS_AS(outbox.send_again([&](std::uint64_t) -> std::string {
        if (++calls == 2) throw std::bad_alloc{};
        return "<delay/>";
    }),
                    std::bad_alloc);
    const auto left = outbox.unsent();
    REQUIRE(left.size() == 2);
    CHECK(left[0].xml == "<message id='1'/>");
    CHECK(left[1].xml == "<message id='2'/>");
    CHECK(left[0].state == DeliveryState::written);
}

TEST_CASE("resending: the delay of what a message forwards is not its own") {
    Managed kit{resending()};
    kit.enable();
    kit.client->send_raw_stanza(
        "<message to='a@x' id='1'><forwarded xmlns='urn:xmpp:forward:0'><delay "
        "xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/></forwarded></message>");
    lose_session(kit);
    CHECK(kit.take().find("</forwarded><delay xmlns='urn:xmpp:delay' from=") != std::string::npos);
}

TEST_CASE("resending: what waits to go out again when the client ends is in doubt, and has not "
          "failed") {
    Managed kit{resending()};
    Notes told;
    note_unconfirmed(*kit.client, told);
    kit.enable();
    const auto sent = kit.send("1");
    kit.take();
    kit.says(stream_error("system-shutdown"));
    kit.take();
    kit.client->disconnected();
    CHECK(kit.state(sent) == DeliveryState::queued);
    kit.client->stop();
    kit.client->disconnected();
    CHECK(kit.client->error().message().ends_with(
        "not known to have arrived: message to a@x (id 1)"));
    CHECK(kit.state(sent) == DeliveryState::unknown);
    CHECK(told.take() == "1");
}

TEST_CASE("resending: what is dropped for another address was written once, and has not failed") {
    Managed kit{resending()};
    Notes told;
    note_unconfirmed(*kit.client, told);
    kit.enable();
    const auto sent =
        kit.client->send_raw_stanza("<message from='romeo@e.test/r' to='a@x' id='1'/>");
    kit.take();
    kit.lose();
    kit.rename("other");
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(ids(kit.take()).empty());
    CHECK(kit.state(sent) == DeliveryState::unknown);
    CHECK(told.take() == "1");
}

TEST_CASE(
    "resending: a message of an earlier client is told, since nobody knows when it was sent") {
    auto options = resending();
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    kit.enable();
    kit.send("1");
    kit.take();
    kit.client->suspend();
    kit.client->disconnected();
    options.saved_state = kit.client->saved_state();
    auto server = managing();
    server.resume_answer = "<failed xmlns='urn:xmpp:sm:3'/>";
    SessionKit next{options, server};
    Notes told;
    note_unconfirmed(*next.client, told);
    next.login();
    CHECK(told.take() == "1");
    CHECK(ids(next.take()).empty());
}

// --- blamed --------------------------------------------------------------------------------------

TEST_CASE("blamed: a stanza that the program sends again, and the server again, ends the client") {
    for (const bool same : {true, false}) {
        CAPTURE(same);
        Managed kit;
        std::string xml;
        kit.client->on_event(
            [&](const headstock::Unconfirmed& event) { xml = event.stanzas.at(0).xml; });
        kit.enable();
        kit.send("1");
        kit.take();
        kit.says(stream_error("policy-violation"));
        kit.client->disconnected();
        kit.come_back();
        kit.enable();
        REQUIRE_FALSE(xml.empty());
        if (same) {
            kit.client->send_raw_stanza(xml);
        } else {
            kit.send("2");
        }
        kit.take();
        kit.says(stream_error("policy-violation"));
        kit.client->disconnected();
        CHECK(kit.client->over() == same);
        if (!same) continue;
        CHECK(kit.client->error().code == Errc::stream_failed);
        CHECK(kit.client->error().message().find("was sent again") != std::string::npos);
        REQUIRE(kit.client->unsent().size() == 1);
        CHECK(kit.client->unsent()[0].state == DeliveryState::unknown);
    }
}

TEST_CASE("blamed: presence that each session shows is not what is blamed twice") {
    Managed kit;
    kit.client->send_stanza(headstock::presence());
    for (int i = 0; i < 3; ++i) {
        kit.enable();
        kit.take();
        kit.says(stream_error("policy-violation"));
        kit.client->disconnected();
        REQUIRE_FALSE(kit.client->over());
        kit.come_back();
    }
    CHECK(kit.client->ready());
}

TEST_CASE("blamed: what was blamed before a good session is not blamed again") {
    for (const bool good : {true, false}) {
        CAPTURE(good);
        Managed kit;
        const std::string xml = "<message to='a@x' id='1'/>";
        for (int i = 0; i < 2; ++i) {
            kit.enable();
            if (i == 1 && good) kit.pass(60'000);
            kit.client->send_raw_stanza(xml);
            kit.take();
            kit.says(stream_error("policy-violation"));
            kit.client->disconnected();
            if (!kit.client->over()) kit.come_back();
        }
        CHECK(kit.client->over() == !good);
    }
}
