// How a client leaves: finish() waits for the server's word, stop() says what it does not know,
// suspend() leaves the session to another client.
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using headstock::DeliveryState, headstock::Errc;
using namespace support;

// --- finish() ------------------------------------------------------------------------------------

TEST_CASE("drained: a producer that was refused is told when there is room again, once") {
    auto options = coming_back();
    options.limits.unacked = 4000;
    options.limits.queued = 2000;
    Managed kit{options};
    Notes seen;
    kit.client->on_event([&](const headstock::Drained&) { seen.add("drained"); });
    kit.enable();
    std::uint64_t sent = 0;
    const auto fill = [&] {
        while (kit.send("1")) ++sent;
        kit.send("1");
    };
    fill(); // what the socket does not take
    kit.client->pump();
    kit.client->written(10);
    kit.client->pump();
    CHECK(seen.take().empty());
    kit.take();
    kit.client->pump();
    CHECK(seen.take() == "drained");
    while (sent < 1000 && kit.send("1")) { // what the server does not acknowledge
        ++sent;
        kit.take();
    }
    REQUIRE(sent < 1000);
    kit.says(ack(1));
    kit.client->pump();
    CHECK(seen.take().empty());
    kit.says(ack(sent));
    kit.client->pump();
    CHECK(seen.take() == "drained");
    kit.says(ack(sent));
    kit.client->pump();
    CHECK(seen.take().empty());
}

TEST_CASE("stop: before <enabled/> the word is an acknowledgement, or the end of the stream") {
    for (const bool answers : {true, false}) {
        CAPTURE(answers);
        Managed kit{support::in_clear()};
        const auto sent = kit.send("1");
        kit.client->stop();
        CHECK(kit.take().ends_with(std::string{ask} + "</stream:stream>"));
        if (answers) kit.says(std::string{enabled} + ack(1));
        kit.says("</stream:stream>");
        kit.client->disconnected();
        CHECK_FALSE(kit.client->error());
        CHECK(kit.client->unsent().empty());
        CHECK(kit.state(sent) == (answers ? DeliveryState::acked : DeliveryState::written));
    }
}

TEST_CASE("finish: it waits for acknowledgements, and then leaves") {
    Managed kit{support::in_clear()};
    const auto sent = kit.send("1");
    kit.client->finish();
    kit.enable();
    CHECK(kit.take().ends_with(ask));
    CHECK_FALSE(kit.client->wants_close());
    kit.says(ack(1));
    CHECK(kit.take() == ack(0) + "</stream:stream>");
    kit.says("</stream:stream>");
    kit.client->disconnected();
    CHECK(kit.state(sent) == DeliveryState::acked);
    CHECK_FALSE(kit.client->error());
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("finish: it logs in first") {
    SessionKit kit{support::in_clear(), managing()};
    kit.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    kit.client->finish();
    CHECK_FALSE(kit.client->wants_close());
    kit.login();
    kit.says(enabled);
    CHECK(kit.take().ends_with(ask));
    kit.says(ack(1) + "</stream:stream>");
    kit.client->disconnected();
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("finish: on a server without stream management the orderly end is the word") {
    SessionKit kit;
    kit.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    kit.client->finish();
    kit.login();
    CHECK(kit.take().ends_with("</message></stream:stream>"));
    kit.says("</stream:stream>");
    kit.client->disconnected();
    CHECK_FALSE(kit.client->error());
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("finish: what is not known to have arrived is told, and is an error") {
    Managed kit{support::in_clear()};
    kit.enable();
    const auto written = kit.send("1");
    kit.take();
    const auto queued = kit.send("2");
    kit.client->finish();
    kit.lose();
    CHECK(kit.client->over());
    CHECK(kit.client->error().message() ==
          "the cable is cut; not known to have arrived: message to a@x (id 1); not written: "
          "message to a@x (id 2)");
    const auto unsent = kit.client->unsent();
    REQUIRE(unsent.size() == 2);
    CHECK(unsent[0].state == DeliveryState::unknown);
    CHECK(unsent[1].state == DeliveryState::failed);
    CHECK(kit.state(written) == DeliveryState::unknown);
    CHECK(kit.state(queued) == DeliveryState::failed);
}

TEST_CASE("finish: a connection that is lost meanwhile is made again") {
    Managed kit;
    kit.enable();
    kit.send("1");
    kit.take();
    kit.client->finish();
    kit.lose();
    CHECK_FALSE(kit.client->over());
    kit.resume(0);
    CHECK(ids(kit.take()) == "1 ");
    kit.says(ack(1));
    CHECK(kit.take().ends_with("</stream:stream>"));
}

TEST_CASE("finish: a server that acknowledges nothing is left in time, and it is told") {
    Managed kit{support::in_clear()};
    kit.enable();
    kit.send("1");
    kit.client->finish();
    kit.take();
    kit.pass(19'999);
    CHECK(kit.take().empty());
    kit.pass(1);
    CHECK(kit.take().ends_with("</stream:stream>"));
    kit.says("</stream:stream>");
    kit.client->disconnected();
    CHECK(kit.client->error().text.find("not known to have arrived: message to a@x (id 1)") !=
          std::string::npos);
}

TEST_CASE("stop() before there was a session says so, and gives back what was queued") {
    SessionKit kit;
    kit.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    kit.client->stop();
    kit.client->disconnected();
    CHECK(kit.client->error().code == Errc::not_sent);
    CHECK(kit.client->error().message() == "the client was stopped before it was ever connected; "
                                           "not written: message to a@x (id 1)");
    REQUIRE(kit.client->unsent().size() == 1);
    CHECK(kit.client->unsent()[0].xml ==
          "<message to='a@x' type='chat' id='1'><body>hi</body></message>");
    CHECK(kit.client->unsent()[0].state == DeliveryState::failed);
}

// --- by another client ---------------------------------------------------------------------------

TEST_CASE("suspend: another client goes on with the session, and nothing is lost") {
    auto options = support::in_clear();
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    CHECK(kit.begin == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    kit.enable();
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.client->on_event([&](const headstock::Unconfirmed&) { seen.add("unconfirmed"); });
    kit.says(hello);
    kit.send("1");
    kit.send("2");
    kit.take();
    kit.says(ack(1));
    kit.send("3");
    kit.client->suspend();
    CHECK(kit.take().ends_with(ack(1)));
    kit.says("<message from='a@x'><body>not hea");
    kit.client->disconnected();
    CHECK(kit.client->over());
    CHECK_FALSE(kit.client->error());
    CHECK(seen.take() == "ready stopping ended cleanup terminated");

    options.saved_state = kit.client->saved_state();
    auto server = managing();
    server.resume_answer = "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='2'/>";
    SessionKit next{options, server};
    Notes later;
    Witness other{later};
    next.client->register_handler(other);
    std::string log;
    next.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
    next.client->send_stanza(headstock::message("a@x", "hi").set("id", "4"));
    next.login();
    CHECK(log.find("<resume xmlns='urn:xmpp:sm:3' h='1' previd='[8 bytes]'/>") !=
          std::string::npos);
    CHECK(later.take() == "ready");
    CHECK(next.client->jid().str() == "romeo@e.test/r");
    CHECK(ids(next.take()) == "3 4 ");
    next.says(ack(4));
    CHECK(next.client->unsent().empty());
}

TEST_CASE("suspend: what a row leaves for does not come again, and what was cut does") {
    for (const bool nested : {true, false}) {
        CAPTURE(nested);
        auto options = support::in_clear();
        options.saved_state = headstock::SavedState{};
        Managed kit{options};
        int told = 0;
        const auto leave = [&](const headstock::Element&) {
            ++told;
            kit.client->suspend();
        };
        nested ? kit.client->on("message/body", leave) : kit.client->on("message", leave);
        kit.enable();
        kit.says(std::string{hello} + std::string{hello});
        CHECK(kit.take().ends_with(ack(1)));
        kit.client->disconnected();
        CHECK(told == 1);
        CHECK(kit.client->saved_state().text().find("handled='1'") != std::string::npos);
    }
    auto options = support::in_clear();
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    kit.enable();
    kit.says(std::string{hello} + "<message from='a@x'><body>hi</body>");
    kit.client->suspend();
    CHECK(kit.take().ends_with(ack(1)));
    kit.client->disconnected();
    CHECK(kit.client->saved_state().text().find("handled='1'") != std::string::npos);
}

TEST_CASE("suspend: where a client may be suspended copies are kept, and its numbers stay true") {
    auto options = support::in_clear(); // it does not come back by itself
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    kit.enable();
    std::vector<headstock::Delivery> sent;
    for (const auto* id : {"1", "2", "3", "4"}) sent.push_back(kit.send(id));
    kit.take();
    kit.says(ack(2));
    const auto states = [&](const headstock::ClientApi& client) {
        std::string all;
        for (const auto& one : sent) all += "qwafu"[static_cast<int>(client.state_of(one))];
        return all;
    };
    CHECK(states(*kit.client) == "aaww");
    kit.client->suspend();
    kit.take();
    kit.client->disconnected();
    CHECK(states(*kit.client) == "aauu"); // for this client, whose session has ended
    CHECK(kit.client->unsent().size() == 2);

    options.saved_state = kit.client->saved_state();
    auto server = managing();
    server.resume_answer = "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='3'/>";
    SessionKit next{options, server};
    sent.clear();
    for (const auto& one : next.client->unsent())
        sent.push_back({.id = one.id, .number = one.number});
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].id == "3");
    CHECK(next.client->unsent()[0].xml.find("<body>hi</body>") != std::string::npos);
    CHECK(states(*next.client) == "ww");
    next.login();
    CHECK(states(*next.client) == "aq");
    CHECK(ids(next.take()) == "4 ");
    CHECK(states(*next.client) == "aw");
    next.says(ack(4));
    CHECK(states(*next.client) == "aa");
}

TEST_CASE("suspend: a session that the server has not kept is told, and another one begins") {
    auto options = support::in_clear();
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    kit.enable();
    kit.send("1");
    kit.take();
    kit.client->suspend();
    kit.take();
    kit.client->disconnected();
    options.saved_state = kit.client->saved_state();
    auto server = managing();
    server.resume_answer = "<failed xmlns='urn:xmpp:sm:3'/>";
    SessionKit next{options, server};
    Notes seen;
    Witness witness{seen};
    next.client->register_handler(witness);
    note_unconfirmed(*next.client, seen);
    next.login();
    CHECK(seen.take() == "1 ready");
    CHECK(ids(next.take()).empty());
}

TEST_CASE("suspend: an answer that waits is dropped when another address is bound") {
    for (const bool same : {true, false}) {
        CAPTURE(same);
        auto options = support::in_clear();
        options.saved_state = headstock::SavedState{};
        Managed kit{options};
        kit.client->on("iq@type=get", [](const headstock::Tag&) { return headstock::ok; });
        kit.enable();
        kit.take();
        kit.says("<iq type='get' from='a@x' to='romeo@e.test/r' id='q'><q xmlns='u'/></iq>");
        kit.client->suspend();
        kit.client->disconnected(); // nothing of it was written
        options.saved_state = kit.client->saved_state();
        auto server = managing();
        server.resume_answer = "<failed xmlns='urn:xmpp:sm:3'/>";
        if (!same) server.resource = "other";
        SessionKit next{options, server};
        next.login();
        CHECK(ids(next.take()) == (same ? "q " : ""));
    }
}

TEST_CASE("suspend: what cannot be suspended is stopped") {
    Managed kit; // without Options::saved_state
    kit.enable();
    kit.client->suspend();
    CHECK(kit.take().ends_with("</stream:stream>"));
    auto options = support::in_clear();
    options.saved_state = headstock::SavedState{};
    Managed other{options};
    other.says("<enabled xmlns='urn:xmpp:sm:3'/>"); // cannot be resumed
    other.client->suspend();
    CHECK(other.take().ends_with("</stream:stream>"));
    other.says("</stream:stream>");
    other.client->disconnected();
    CHECK_FALSE(other.client->saved_state().has_session());
}

TEST_CASE("suspend: a session that waits for a connection is left to another client, too") {
    auto options = coming_back();
    options.saved_state = headstock::SavedState{};
    Managed kit{options};
    kit.enable();
    kit.send("1");
    kit.take();
    kit.lose();
    kit.send("2");
    kit.client->suspend();
    kit.client->disconnected();
    CHECK(kit.client->over());
    options.saved_state = kit.client->saved_state();
    REQUIRE(options.saved_state->has_session());
    auto server = managing();
    server.resume_answer = "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='0'/>";
    SessionKit next{options, server};
    next.login();
    CHECK(ids(next.take()) == "1 2 ");
}

TEST_CASE("suspend: also while a connection that was given up is being closed") {
    auto options = coming_back();
    options.saved_state = headstock::SavedState{};
    options.liveness = std::chrono::milliseconds{1000};
    options.timeouts.alive = std::chrono::milliseconds{1000};
    Managed kit{options};
    kit.enable();
    kit.send("1");
    kit.take();
    for (int i = 0; i < 9 && !kit.client->wants_close(); ++i) {
        kit.pass(1000);
        kit.take();
    }
    REQUIRE(kit.client->wants_close());
    kit.client->suspend();
    kit.client->disconnected();
    CHECK(kit.client->over());
    CHECK_FALSE(kit.client->error());
    CHECK(kit.client->saved_state().has_session());
}

TEST_CASE("stop: by a handler that is told what another address has dropped, it is the end") {
    for (const bool destroys : {false, true}) {
        CAPTURE(destroys);
        Managed kit{coming_back()};
        int told = 0;
        kit.client->on_event([&](const headstock::DeliveryChanged&) {
            ++told;
            destroys ? kit.client.reset() : kit.client->stop();
        });
        kit.enable();
        kit.take();
        kit.lose();
        kit.client->send_raw_stanza("<message from='romeo@e.test/r' to='a@x' id='1'/>");
        kit.rename("other");
        kit.answer_resume("<failed xmlns='urn:xmpp:sm:3'/>");
        kit.wait_for_next_try();
        kit.try_login();
        CHECK(told == 1);
        if (destroys) continue;
        CHECK(kit.client->wants_close());
        CHECK_FALSE(kit.client->ready());
        kit.client->disconnected();
        CHECK(kit.client->over());
    }
}

// --- stop(limit) ---------------------------------------------------------------------------------

TEST_CASE("stop: a limit of its own, after which it is told what is not known to have arrived") {
    Managed kit{support::in_clear()};
    kit.enable();
    kit.send("1");
    kit.client->stop(std::chrono::milliseconds{200});
    kit.take();
    kit.pass(199);
    CHECK_FALSE(kit.client->wants_close());
    kit.pass(1);
    CHECK(kit.client->wants_close());
    kit.client->disconnected();
    CHECK(kit.client->error().code == Errc::timed_out);
    CHECK(kit.client->error().message().ends_with(
        "not known to have arrived: message to a@x (id 1)"));
    REQUIRE(kit.client->unsent().size() == 1);
    CHECK(kit.client->unsent()[0].state == DeliveryState::unknown);
}

TEST_CASE("stop: a later call shortens the limit and does not lengthen it") {
    Managed kit{support::in_clear()};
    kit.client->stop(std::chrono::milliseconds{200});
    kit.client->stop(std::chrono::milliseconds{1000});
    kit.client->stop(std::chrono::milliseconds{100});
    kit.pass(99);
    CHECK_FALSE(kit.client->wants_close());
    kit.pass(1);
    CHECK(kit.client->wants_close());
}

TEST_CASE("stop: without time nothing is awaited, and the end of the stream is written") {
    Managed kit{support::in_clear()};
    kit.client->stop(std::chrono::milliseconds{-5});
    CHECK(kit.take().ends_with("</stream:stream>"));
    kit.pass(1);
    CHECK(kit.client->wants_close());
}
