// Stream management (XEP-0198): what is counted, what an acknowledgement means, and a session that
// goes on over another connection.  Rows of section 1G of the list of known faults are named.
#include "headstock/session/stream_management.hpp"
#include "tests/support/heap_count.hpp"
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using headstock::DeliveryState, headstock::Element, headstock::Errc, headstock::Error;
using std::chrono::milliseconds;
using namespace support;

// --- counters ------------------------------------------------------------------------------------

TEST_CASE("G4: counts wrap at 2^32") {
    headstock::detail::StreamManagement acks;
    acks.enable_sent(0);
    acks.enabled({.id = "x"}, 0);
    CHECK(acks.newly_handled(0xFFFFFFFE, 0xFFFFFFFE) == 0xFFFFFFFE);
    acks.acknowledge(0xFFFFFFFE);
    CHECK(acks.newly_handled(0, 2) == 2u);
    acks.acknowledge(0);
    CHECK_FALSE(acks.newly_handled(0xFFFFFFFF, 2));
    CHECK_FALSE(acks.newly_handled(3, 2));
    CHECK(acks.newly_handled(0, 2) == 0u);
}

TEST_CASE("stream management: an acknowledgement is asked for every ten stanzas or five seconds") {
    headstock::detail::StreamManagement acks;
    acks.enable_sent(0);
    acks.stanzas_sent(1, 100);
    CHECK_FALSE(acks.ask_at());
    acks.enabled({}, 200);
    CHECK(acks.ask_at() == 5200u);
    for (int i = 0; i < 8; ++i) acks.stanzas_sent(1, 300);
    CHECK_FALSE(acks.wants_answer());
    acks.stanzas_sent(1, 300);
    CHECK(acks.wants_answer());
    acks.asked_peer(300);
    CHECK_FALSE(acks.wants_answer());
    CHECK_FALSE(acks.ask_at());
    acks.stanzas_sent(1, 400);
    CHECK(acks.ask_at() == 5400u);
}

// --- in a session --------------------------------------------------------------------------------

TEST_CASE("stream management: it is asked for where it is offered and wanted, before all else") {
    auto options = coming_back();
    SessionKit kit{options, managing()};
    kit.client->send_stanza(headstock::message("a@x", "hi").set("id", "1"));
    kit.login();
    CHECK(kit.take().starts_with("<enable xmlns='urn:xmpp:sm:3' resume='true'/><message"));
    CHECK(Managed{support::in_clear()}.begin == "<enable xmlns='urn:xmpp:sm:3'/>");
    options.stream_management = false;
    CHECK(Managed{options}.begin.empty());
    SessionKit without{coming_back()};
    without.login();
    CHECK(without.take().empty());
}

TEST_CASE("G1: what is sent counts from <enable/>, not from <enabled/>") {
    Managed kit;
    const auto first = kit.send("1");
    kit.enable();
    CHECK(kit.state(first) == DeliveryState::queued);
    kit.take();
    CHECK(kit.state(first) == DeliveryState::written);
    kit.says(ack(1));
    CHECK(kit.state(first) == DeliveryState::acked);
    CHECK(kit.client->unsent().empty());
}

TEST_CASE("G2: a stanza counts whose row throws, that nobody wants, that is passed over") {
    Managed kit;
    kit.says(hello); // before <enabled/>: does not count
    kit.enable();
    kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    kit.client->on("message/body", [](const Element&) { throw std::runtime_error{"no"}; });
    kit.says(hello);
    kit.says("<presence from='a@x'/>");
    const std::string name(200, 'n');
    kit.says("<message from='a@x'><body xmlns='" + name + "'/></message>");
    kit.says("<message from='a@x' xmlns:long='" + name + "'><body/></message>");
    kit.says("<iq from='a@x' type='result' id='nobody'/>");
    kit.take();
    kit.says(ask);
    CHECK(kit.take() == ack(5));
}

TEST_CASE("G3: what is no stanza does not count") {
    Managed kit;
    kit.enable();
    kit.says(ask);
    kit.says(ack(0));
    kit.says("<odd xmlns='urn:x'/> ");
    kit.take();
    kit.says(std::string{hello} + std::string{ask});
    CHECK(kit.take() == ack(1));
}

TEST_CASE("G5: a count of zero is a count") {
    Managed kit;
    kit.enable();
    const auto sent = kit.send("1");
    kit.take();
    kit.says(ack(0));
    CHECK(kit.state(sent) == DeliveryState::written);
    kit.lose();
    kit.resume(0);
    CHECK(ids(kit.take()) == "1 ");
    kit.lose();
    Notes seen;
    kit.client->on_event([&](const headstock::Unconfirmed& event) {
        seen.add(std::to_string(event.stanzas.size()));
    });
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3' h='0'/>");
    CHECK(seen.take() == "1");
}

TEST_CASE("G6: a count that cannot be ends the session, which is not resumed") {
    for (const auto* h : {"h='3'", "h='0'", "", "h='-1'", "h='abc'", "h='4294967296'",
                          "h='18446744073709551616'"}) {
        CAPTURE(h);
        Managed kit;
        kit.enable();
        kit.send("1");
        kit.send("2");
        kit.take();
        kit.says(ack(1));
        CHECK_FALSE(kit.client->wants_close());
        kit.says("<a xmlns='urn:xmpp:sm:3' " + std::string{h} + "/>");
        CHECK(kit.client->wants_close());
        const auto farewell = kit.take();
        CHECK(farewell.starts_with("<stream:error>"));
        CHECK(farewell.ends_with("</stream:error></stream:stream>"));
        if (std::string_view{h} == "h='3'")
            CHECK(farewell.find("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='3' "
                                "send-count='2'/>") != std::string::npos);
        kit.lose();
        kit.come_back(); // binds, since nothing answers <resume/>
        CHECK(kit.take() == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    }
}

TEST_CASE("G13: <r/> is answered in its place, at once, in a flood too") {
    Managed kit;
    kit.enable();
    kit.take();
    std::string flood;
    std::string answers;
    for (std::uint64_t i = 1; i <= 1000; ++i) {
        flood += std::string{hello} + std::string{ask};
        answers += ack(i);
    }
    kit.says(flood);
    CHECK(kit.take() == answers);
}

TEST_CASE("G12: acknowledgements are asked for, and what is not acknowledged is bounded") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    kit.enable();
    for (int i = 0; i < 9; ++i) kit.send(std::to_string(i));
    CHECK(kit.take().find("<r ") == std::string::npos);
    kit.send("9");
    CHECK(kit.take().ends_with(ask));
    kit.send("10");
    CHECK_FALSE(kit.take().ends_with(ask));
    kit.pass(5000);
    CHECK(kit.take() == ask);
    int taken = 0;
    Error refused;
    while (!refused && taken < 1000) {
        refused = kit.send("more" + std::to_string(taken++)).error;
        kit.take();
    }
    CHECK(refused.code == Errc::queue_full);
    CHECK(refused.text.find("Limits::unacked") != std::string::npos);
    kit.says(ack(20));
    CHECK(kit.send("again"));
}

TEST_CASE("stream management: a server that asks and acknowledges nothing is left") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    kit.enable();
    kit.client->on("iq@type=get", [](const headstock::Tag&) { return headstock::ok; });
    int asked = 0;
    while (!kit.client->wants_close() && asked < 1000) {
        kit.says("<iq type='get' from='a@x' id='" + std::to_string(asked++) +
                 "'><q xmlns='u'/></iq>");
        kit.take();
    }
    CHECK(asked < 1000);
    CHECK(kit.client->wants_close());
}

TEST_CASE("G12: a server that acknowledges one stanza now and then is left as well") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    kit.enable();
    for (std::uint64_t asked = 1; asked < 1000 && !kit.client->wants_close(); ++asked) {
        kit.says("<iq type='get' from='a@x' id='" + std::to_string(asked) +
                 "'><q xmlns='u'/></iq>");
        if (asked % 10 == 0) kit.says(ack(asked / 10));
        kit.take();
    }
    CHECK(kit.client->wants_close());

    Managed good{options};
    good.enable();
    for (std::uint64_t asked = 1; asked < 1000; ++asked) {
        good.says("<iq type='get' from='a@x' id='" + std::to_string(asked) +
                  "'><q xmlns='u'/></iq>");
        if (asked > 5) good.says(ack(asked - 5));
        good.take();
    }
    CHECK_FALSE(good.client->wants_close());
}

TEST_CASE("G12: what is kept for a server counts over resumptions") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    kit.enable();
    int resumed = 0;
    for (; resumed < 20 && !kit.client->wants_close(); ++resumed) {
        if (resumed > 0) kit.lose();
        if (resumed > 0) kit.resume(0);
        for (int asked = 0; asked < 10 && !kit.client->wants_close(); ++asked) {
            kit.says("<iq type='get' from='a@x' id='" + std::to_string(resumed * 10 + asked) +
                     "'><q xmlns='u'/></iq>");
            kit.take();
        }
    }
    CHECK(resumed > 1);
    CHECK(resumed < 10);
    CHECK(kit.client->wants_close());
}

TEST_CASE("G12: a server that asks much and does not answer <enable/> has nothing kept for it") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    std::size_t most = 0;
    for (int asked = 0; asked < 1000; ++asked) {
        kit.says("<iq type='get' from='a@x' id='" + std::to_string(asked) +
                 "'><q xmlns='u'/></iq>");
        kit.take();
        most = std::max(most, kit.client->unsent().size());
    }
    CHECK(most > 10);
    CHECK(most < 50);
    CHECK(kit.client->ready());
    kit.says(enabled);
    kit.says(ask);
    CHECK(kit.take().empty());
}

TEST_CASE("stream management: a server that refuses it, or never answers, is used without it") {
    for (const bool refuses : {true, false}) {
        CAPTURE(refuses);
        Managed kit;
        const auto sent = kit.send("1");
        kit.take();
        CHECK(kit.client->unsent().size() == 1);
        if (refuses) {
            kit.says("<failed xmlns='urn:xmpp:sm:3'><unexpected-request "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
        } else {
            kit.pass(30'000);
        }
        CHECK(kit.client->unsent().empty());
        CHECK(kit.state(sent) == DeliveryState::written);
        kit.says(ask); // means nothing then
        kit.says(enabled);
        CHECK(kit.take().empty());
        kit.lose();
        kit.come_back();
        CHECK(kit.take() == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    }
}

// --- over another connection ---------------------------------------------------------------------

TEST_CASE("G10: a resumed session sends what the server has not handled, in order, and no more") {
    Managed kit;
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.client->on_event([&](const headstock::SessionStarted&) { seen.add("Started"); });
    kit.client->on_event([&](const headstock::SessionEnded&) { seen.add("Ended"); });
    kit.enable();
    kit.client->send_stanza(headstock::presence());
    kit.send("1");
    kit.send("2");
    kit.take();
    kit.send("3"); // never written
    kit.lose();
    CHECK_FALSE(kit.client->ready());
    kit.send("4");
    CHECK(seen.take() == "ready lost");
    kit.resume(2);
    CHECK(kit.client->ready());
    CHECK(seen.take() == "resumed");
    const auto sent = kit.take();
    CHECK(ids(sent) == "2 3 4 ");
    CHECK(sent.find("<presence") == std::string::npos);
    CHECK(sent.ends_with(ask));
    kit.says(ack(5));
    CHECK(kit.client->unsent().empty());
    kit.client->stop();
    CHECK(kit.take() ==
          "<presence type='unavailable'/>" + ack(0) + std::string{ask} + "</stream:stream>");
    kit.says(ack(6) + "</stream:stream>");
    kit.client->disconnected();
    CHECK(seen.take() == "stopping ended Ended cleanup terminated");
    CHECK_FALSE(kit.client->error());
}

TEST_CASE("G11: <resume/> comes before a bind, and a bind behind <failed/> only") {
    Managed kit;
    kit.enable();
    kit.says(hello);
    kit.lose();
    std::string log;
    kit.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
    kit.resume(0);
    CAPTURE(log);
    CHECK(log.find("<resume xmlns='urn:xmpp:sm:3' h='1' previd='[8 bytes]'/>") !=
          std::string::npos);
    CHECK(log.find("xmpp-bind'><resource") == std::string::npos);
}

TEST_CASE("G7: a session that is not resumed tells what it does not know, and sends the rest") {
    for (const bool counted : {true, false}) {
        CAPTURE(counted);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        std::vector<headstock::Unsent> told;
        kit.client->on_event([&](const headstock::Unconfirmed& event) {
            seen.add("unconfirmed");
            told.insert(told.end(), event.stanzas.begin(), event.stanzas.end());
        });
        kit.enable();
        const auto first = kit.send("1");
        const auto second = kit.send("2");
        kit.take();
        const auto third = kit.send("3");
        kit.lose();
        kit.resume_by("<failed xmlns='urn:xmpp:sm:3'" + std::string{counted ? " h='1'" : ""} +
                      "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
        CHECK(seen.take() == "ready lost unconfirmed ended ready");
        CHECK(kit.state(first) == (counted ? DeliveryState::acked : DeliveryState::unknown));
        CHECK(kit.state(second) == DeliveryState::unknown);
        CHECK(kit.state(third) == DeliveryState::queued);
        REQUIRE(told.size() == (counted ? 1 : 2));
        CHECK(told.back().id == "2");
        CHECK(told.back().number == second.number);
        CHECK(told.back().state == DeliveryState::unknown);
        CHECK(told.back().xml == "<message to='a@x' type='chat' id='2'><body>hi</body></message>");
        const auto sent = kit.take();
        CHECK(ids(sent) == "3 ");
        CHECK(kit.state(third) == DeliveryState::written);
        kit.lose();
        kit.come_back();
        CHECK(told.back().id == "3"); // <enabled/> had not come, and it was written
    }
}

TEST_CASE("G8: <failed/> of any form leads to one bind, and no second attempt") {
    for (const auto* failed : {"<failed xmlns='urn:xmpp:sm:3'/>",
                               "<failed xmlns='urn:xmpp:sm:3'><odd xmlns='urn:x'/></failed>",
                               "<failed xmlns='urn:xmpp:sm:3' h='none'/>"}) {
        CAPTURE(failed);
        Managed kit;
        kit.enable();
        kit.lose();
        kit.resume_by(failed);
        CHECK(kit.client->ready());
        CHECK(kit.take() == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    }
}

TEST_CASE("G16: <resumed/> of another session, or without a count, is refused") {
    for (const auto* resumed : {"<resumed xmlns='urn:xmpp:sm:3' previd='other' h='0'/>",
                                "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1'/>",
                                "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='9'/>"}) {
        CAPTURE(resumed);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        kit.enable();
        kit.lose();
        kit.resume_by(resumed);
        CHECK(kit.client->wants_close());
        CHECK_FALSE(kit.client->ready());
        kit.lose();
        kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>"); // is not asked for
        CHECK(kit.client->ready());
        CHECK(seen.take().find("resumed") == std::string::npos);
    }
}

TEST_CASE("G14: a session that the server does not let resume is not resumed") {
    for (const auto* answer : {"<enabled xmlns='urn:xmpp:sm:3'/>",
                               "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='false'/>",
                               "<enabled xmlns='urn:xmpp:sm:3' resume='true'/>"}) {
        CAPTURE(answer);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        kit.says(answer);
        kit.lose();
        CHECK(seen.take() == "ready lost ended");
    }
}

TEST_CASE("G14: a session whose id is longer than XEP-0198 allows is not resumed, and not kept") {
    for (const std::size_t size : {std::size_t{4000}, std::size_t{4001}, std::size_t{1} << 20}) {
        CAPTURE(size);
        Managed client;
        const auto before = test::heap_bytes();
        client.says("<enabled xmlns='urn:xmpp:sm:3' resume='true' id='" + std::string(size, 'x') +
                    "'/>");
        CHECK(test::heap_bytes() - before < 64u << 10);
        CHECK((client.says(support::ask), client.take()) == "<a xmlns='urn:xmpp:sm:3' h='0'/>");
        Notes seen;
        Witness witness{seen};
        client.client->register_handler(witness);
        seen.take();
        client.lose();
        CHECK(seen.take() == (size == 4000 ? "lost" : "lost ended"));
    }
}

TEST_CASE("G14: any max is taken, and past one that is a number the session is given up") {
    for (const auto* max : {"4294967295", "0", "-1", "x", "99999999999"}) {
        CAPTURE(max);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        kit.says("<enabled xmlns='urn:xmpp:sm:3' id='s&apos;1' resume='1' max='" +
                 std::string{max} + "'/>");
        kit.lose();
        kit.resume(0);
        CHECK(seen.take() == "ready lost resumed");
    }
    Managed kit;
    Notes seen;
    Witness witness{seen};
    kit.client->register_handler(witness);
    kit.says("<enabled xmlns='urn:xmpp:sm:3' id='s&apos;1' resume='1' max='600'/>");
    kit.send("1");
    kit.take();
    kit.lose();
    for (int i = 0; seen.take().find("ended") == std::string::npos && i < 100; ++i) {
        kit.wait_for_next_try();
        kit.client->disconnected({Errc::connect_failed, "nobody there"});
    }
    CHECK(kit.now >= 600'000);
    kit.resume_by("never asked for");
    CHECK(kit.client->ready());
}

TEST_CASE("G15: an orderly end is no loss, and a last <a/> goes before it") {
    Managed kit;
    kit.enable();
    kit.says(hello);
    const auto sent = kit.send("1");
    kit.take();
    kit.client->stop();
    CHECK(kit.take() == ack(1) + std::string{ask} + "</stream:stream>");
    kit.says(ack(1) + "</stream:stream>");
    kit.client->disconnected();
    CHECK(kit.state(sent) == DeliveryState::acked);
    CHECK_FALSE(kit.client->error());
}

TEST_CASE("stream management: a server that ends the stream ends the session") {
    for (const auto* end :
         {"</stream:stream>",
          "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
          "</stream:error></stream:stream>",
          "<a><b></a>"}) {
        CAPTURE(end);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        kit.client->on_event([&](const headstock::Unconfirmed&) { seen.add("unconfirmed"); });
        kit.enable();
        const auto first = kit.send("1");
        kit.send("2");
        kit.take();
        kit.says(ack(1) + std::string{end}); // a last one counts
        kit.client->disconnected();
        CHECK(seen.take() == "ready lost unconfirmed ended");
        CHECK(kit.state(first) == DeliveryState::acked);
        kit.come_back();
        CHECK(kit.take() == "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    }
}

TEST_CASE("G18: a stanza that was cut is not handled, and comes again") {
    for (const auto* cut : {"<message from='a@x'><body>hi", "<message from='a@x'><bo",
                            "<message from='a@x'>", "<mess", "<", "<r xmlns='urn:xmpp:sm:3'"}) {
        CAPTURE(cut);
        for (const bool wanted : {true, false}) {
            Managed kit;
            kit.enable();
            if (wanted) kit.client->on("message/body", [](const Element&) {});
            std::string log;
            kit.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
            kit.says(hello);
            kit.says(cut);
            kit.lose();
            kit.resume(0);
            CHECK(log.find("<resume xmlns='urn:xmpp:sm:3' h='1'") != std::string::npos);
            log.clear();
            kit.says(hello);
            kit.lose();
            kit.resume(0);
            CHECK(log.find("<resume xmlns='urn:xmpp:sm:3' h='2'") != std::string::npos);
        }
    }
}

TEST_CASE("stream management: a session that is lost again before it is resumed goes on") {
    Managed kit;
    kit.enable();
    kit.says(hello);
    const auto sent = kit.send("1");
    kit.take();
    kit.lose();
    kit.wait_for_next_try();
    kit.client->disconnected({Errc::connect_failed, "nobody there"});
    kit.wait_for_next_try();
    kit.client->connected();
    kit.take();
    kit.lose();
    CHECK(kit.state(sent) == DeliveryState::written);
    kit.resume(0);
    CHECK(ids(kit.take()) == "1 ");
    kit.lose();
    kit.resume(1);
    CHECK(kit.take().empty());
    CHECK(kit.state(sent) == DeliveryState::acked);
}

TEST_CASE("stream management: a server that is late with <resumed/> finds its stream not ended") {
    Managed kit;
    kit.enable();
    const auto sent = kit.send("1");
    kit.take();
    kit.lose();
    kit.wait_for_next_try();
    kit.client->connected();
    LoginServer server{managing()};
    auto said = kit.take();
    for (; said.find("<resume ") == std::string::npos; said = kit.take()) {
        kit.says(server.receive(said));
        if (auto job = kit.client->key_job()) {
            job->derive();
            kit.client->finish(*job);
        }
    }
    kit.pass(30'000); // Timeouts::bind
    CHECK(kit.client->wants_close());
    CHECK(kit.take().empty());
    kit.client->disconnected();
    kit.resume(1);
    CHECK(kit.state(sent) == DeliveryState::acked);
}

TEST_CASE("stream management: requests stay pending over a resumption, and end with the session") {
    Managed kit;
    Notes seen;
    kit.enable();
    const auto question = [&](std::string id) {
        kit.client->request(headstock::iq_get("a@x").set("id", id).add(Element{"q", "urn:x"}),
                            [&seen, id](const headstock::Response& response) {
                                seen.add(id + ":" +
                                         (response.failure() ? response.failure()->code.message()
                                                             : std::string{"answered"}));
                            });
    };
    question("1");
    question("2");
    kit.take();
    kit.lose();
    question("3");
    kit.resume(1);
    CHECK(ids(kit.take()) == "2 3 ");
    kit.says("<iq type='result' id='1' from='a@x'/><iq type='result' id='3' from='a@x'/>");
    CHECK(seen.take() == "1:answered 3:answered");
    kit.lose();
    question("4");
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(seen.take() == "2:sent and unanswered");
    CHECK(ids(kit.take()) == "4 ");
    question("5");
    kit.client->stop();
    kit.client->disconnected();
    CHECK(seen.take() == "4:sent and unanswered 5:not sent");
}

TEST_CASE("stream management: presence that changes while a session is suspended is shown then") {
    Managed kit;
    kit.enable();
    kit.client->send_stanza(headstock::presence());
    kit.take();
    kit.says(ack(1));
    kit.lose();
    kit.client->send_stanza(
        headstock::presence().add(Element{"show", headstock::ns::client}.add_text("away")));
    kit.resume(1);
    CHECK(kit.take().starts_with("<presence><show>away</show></presence>"));
    kit.says(ack(2));
    kit.lose();
    kit.client->send_stanza(headstock::presence().set("type", "unavailable"));
    kit.resume(2);
    CHECK(kit.take().starts_with("<presence type='unavailable'/>"));
    kit.says(ack(3));
    kit.lose();
    kit.resume(3);
    CHECK(kit.take().empty());
}

TEST_CASE("G9: nothing that was written under one address is sent under another") {
    Managed kit;
    kit.enable();
    kit.send("1");
    kit.take();
    kit.lose();
    kit.rename("other");
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(ids(kit.take()).empty());
    CHECK(kit.client->jid().resource() == "other");
}

TEST_CASE("stream management: a late Reply waits for the resumption, and is dropped without one") {
    for (const bool resumes : {true, false}) {
        CAPTURE(resumes);
        Managed kit;
        std::vector<headstock::Reply> replies;
        kit.client->on("iq@type=get", [&](const headstock::Tag&, headstock::Reply reply) {
            replies.push_back(std::move(reply));
        });
        kit.enable();
        kit.says("<iq type='get' from='a@x' to='romeo@e.test/r' id='q'><q xmlns='u'/></iq>");
        kit.lose();
        std::move(replies.front())(headstock::ok);
        kit.client->pump();
        if (resumes) {
            kit.resume(0);
        } else {
            kit.rename("other");
            kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
        }
        CHECK(ids(kit.take()) == (resumes ? "q " : ""));
    }
}

TEST_CASE("stream management: a silent server is asked by <r/>, and its session goes on") {
    auto options = coming_back();
    options.liveness = milliseconds{60'000};
    Managed kit{options};
    kit.enable();
    kit.take();
    kit.pass(60'000);
    CHECK(kit.take() == ask);
    kit.says(ack(0));
    kit.pass(60'000);
    CHECK(kit.take() == ask);
    kit.pass(20'000);
    CHECK(kit.client->wants_close());
    CHECK(kit.take().empty()); // a farewell would end the session
    kit.client->disconnected();
    kit.resume(0);
    CHECK(kit.client->ready());
}

TEST_CASE("4.3-35: a server that talks and does not answer <r/> is given up") {
    auto options = coming_back();
    options.liveness = milliseconds{60'000};
    Managed kit{options};
    kit.enable();
    kit.send("1");
    kit.take();
    int passed = 0;
    for (; passed < 60 && !kit.client->wants_close(); ++passed) {
        kit.pass(10'000);
        kit.take();
        kit.says(hello); // what is said to it is lost, and what it says comes
    }
    CHECK(passed < 10);
    CHECK(kit.take().empty()); // a farewell would end the session, if it arrived
    kit.client->disconnected();
    kit.resume(0);
    CHECK(ids(kit.take()) == "1 ");
}

TEST_CASE("a session that is resumed twice, and to which the server does not listen, is given up") {
    for (const bool hears : {false, true}) {
        CAPTURE(hears);
        auto options = coming_back();
        options.liveness = std::chrono::seconds{60};
        Managed kit{options};
        kit.enable();
        const auto sent = kit.send("1");
        Notes seen;
        Witness witness{seen};
        kit.client->register_handler(witness);
        note_unconfirmed(*kit.client, seen);
        kit.take();
        kit.lose();
        for (int i = 0; i < 2; ++i) {
            kit.resume(0);
            CHECK(ids(kit.take()) == "1 ");
            if (hears && i == 0) kit.says(ack(0));
            CHECK(kit.state(sent) == DeliveryState::written);
            for (int second = 0; second < 100 && !kit.client->wants_close(); ++second) {
                kit.pass(1000);
                kit.take();
            }
            REQUIRE(kit.client->wants_close());
            kit.client->disconnected();
        }
        CHECK(kit.state(sent) == (hears ? DeliveryState::written : DeliveryState::unknown));
        CHECK(seen.take() == (hears ? "ready lost resumed lost resumed lost"
                                    : "ready lost resumed lost resumed lost 1 ended"));
    }
}

TEST_CASE("4.3-38: a server that takes what is sent slowly is not taken for one that is deaf") {
    auto options = coming_back();
    options.liveness = milliseconds{60'000};
    Managed kit{options};
    kit.enable();
    for (int i = 0; i < 20; ++i) kit.send(std::to_string(i));
    for (int i = 0; i < 60; ++i) {
        kit.client->pump();
        kit.client->written(1);
        kit.pass(10'000);
        kit.says(hello);
    }
    CHECK_FALSE(kit.client->wants_close());
}

TEST_CASE("stream management: a stanza that the server blames is not sent again") {
    for (const bool managed : {true, false}) {
        CAPTURE(managed);
        auto options = coming_back();
        options.stream_management = managed;
        Managed kit{options};
        if (managed) kit.enable();
        Notes seen;
        note_unconfirmed(*kit.client, seen);
        kit.send("bad");
        kit.send("good");
        kit.client->pump();
        kit.client->written(10); // of the first
        kit.says("<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                 "</stream:error></stream:stream>");
        kit.client->disconnected();
        CHECK(seen.take() == "bad");
        kit.come_back();
        CHECK(ids(kit.take()) == "good ");
    }
}

TEST_CASE("stream management: DeliveryChanged is told to who asks, once for each stanza") {
    Managed kit;
    Notes seen;
    kit.client->on_event([&](const headstock::DeliveryChanged& event) {
        seen.add(event.id + (event.state == DeliveryState::acked ? "+" : "?"));
    });
    kit.enable();
    kit.send("1");
    kit.send("2");
    kit.take();
    kit.says(ack(1));
    CHECK(seen.take() == "1+");
    kit.lose();
    kit.send("3");
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(seen.take() == "2?");
    kit.enable();
    kit.take();
    kit.says(ack(1));
    CHECK(seen.take() == "3+");
}

TEST_CASE("stream management: the client may be destroyed in each event and hook of it") {
    for (const std::string_view when : {"resumed", "ended", "acked", "unconfirmed"}) {
        CAPTURE(when);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        const auto end = [&](std::string_view what) {
            if (what == when) kit.client.reset();
        };
        witness.then = end;
        kit.client->register_handler(witness);
        kit.client->on_event([&](const headstock::DeliveryChanged&) { end("acked"); });
        kit.client->on_event([&](const headstock::Unconfirmed&) { end("unconfirmed"); });
        kit.enable();
        kit.send("1");
        kit.send("2");
        kit.take();
        kit.says(ack(1));
        if (!kit.client) continue;
        kit.lose();
        kit.answer_resume(when == "resumed"
                              ? "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='1'/>"
                              : "<failed xmlns='urn:xmpp:sm:3' h='1'/>");
        kit.wait_for_next_try();
        kit.try_login([] { return std::string{"spare"}; });
        CHECK_FALSE(kit.client);
    }
}

TEST_CASE("stream management: stop() in each hook and event of it ends the client") {
    for (const std::string_view when : {"resumed", "ended", "acked", "unconfirmed"}) {
        CAPTURE(when);
        Managed kit;
        Notes seen;
        Witness witness{seen};
        const auto end = [&](std::string_view what) {
            if (what == when) kit.client->stop();
        };
        witness.then = end;
        kit.client->register_handler(witness);
        kit.client->on_event([&](const headstock::DeliveryChanged&) { end("acked"); });
        kit.client->on_event([&](const headstock::Unconfirmed&) { end("unconfirmed"); });
        kit.enable();
        kit.send("1");
        kit.send("2");
        kit.take();
        kit.says(ack(1));
        kit.lose();
        if (!kit.client->over()) {
            kit.answer_resume(when == "resumed"
                                  ? "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='1'/>"
                                  : "<failed xmlns='urn:xmpp:sm:3' h='1'/>");
            kit.wait_for_next_try();
            kit.try_login([] { return std::string{"spare"}; });
            kit.client->disconnected();
        }
        CHECK(kit.client->over());
        const auto told = seen.take();
        CAPTURE(told);
        CHECK(told.ends_with(" cleanup terminated"));
        CHECK(told.find("ended") == told.rfind("ended"));
    }
}

// --- client state indication (XEP-0352) ----------------------------------------------------------

TEST_CASE("client state: it is said when it changes, again in each session, and where offered") {
    Managed kit;
    kit.enable();
    kit.client->set_active(true);
    CHECK(kit.take().empty());
    kit.client->set_active(false);
    CHECK(kit.take() == "<inactive xmlns='urn:xmpp:csi:0'/>");
    kit.lose();
    kit.resume(0);
    CHECK(kit.take() == "<inactive xmlns='urn:xmpp:csi:0'/>");
    kit.lose();
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    CHECK(kit.take().ends_with("<inactive xmlns='urn:xmpp:csi:0'/>"));
    kit.client->set_active(true);
    CHECK(kit.take() == "<active xmlns='urn:xmpp:csi:0'/>");
    support::Stage without;
    without.client->set_active(false);
    CHECK(without.take().empty());
}
