// Stream management (XEP-0198) where much waits, where counts cannot be, and where two sessions
// meet.
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

using headstock::DeliveryState, headstock::Element;
using namespace support;
using std::chrono::milliseconds;

namespace {

std::string big(std::size_t size) { return std::string(size, 'x'); }

} // namespace

TEST_CASE("stream management: what Limits::queued took while offline can be sent in a session") {
    auto options = coming_back();
    options.limits.unacked = 2000; // 8 MiB and 16 MiB by default: the same proportion
    options.limits.queued = 6000;
    SessionKit kit{options, managing()};
    int taken = 0;
    while (kit.client->send_stanza(
        headstock::message("a@x", big(500)).set("id", std::to_string(taken))))
        ++taken;
    kit.login();
    kit.take();
    kit.says(enabled);
    CHECK_FALSE(kit.client->wants_close());
}

TEST_CASE("stream management: one stanza that is larger than twice Limits::unacked") {
    auto options = coming_back();
    options.limits.unacked = 2000;
    Managed kit{options};
    kit.enable();
    CHECK(kit.client->send_stanza(headstock::message("a@x", big(5000)).set("id", "1")));
    kit.take();
    kit.says(hello); // on its way before the server could read ours
    CHECK_FALSE(kit.client->wants_close());
}

TEST_CASE("G6: a count in <resumed/> of more than was sent is one that cannot be") {
    Managed kit;
    kit.enable();
    kit.send("1");
    kit.take();
    kit.lose();
    const auto two = kit.send("2");
    const auto three = kit.send("3");
    kit.resume(3); // was sent one
    CHECK(kit.state(two) != DeliveryState::acked);
    CHECK(kit.state(three) != DeliveryState::acked);
    CHECK_FALSE(kit.client->ready());
    CHECK(kit.take().ends_with("</stream:stream>"));
    kit.lose();
    kit.come_back(); // another session, in which they are sent
    CHECK(ids(kit.take()) == "2 3 ");
}

TEST_CASE(
    "stream management: DeliveryChanged says that a queued stanza failed at the client's end") {
    Managed kit;
    int failed = 0;
    kit.client->on_event(
        [&](const headstock::DeliveryChanged& e) { failed += e.state == DeliveryState::failed; });
    kit.enable();
    kit.take();
    kit.lose();
    const auto gone = kit.send("1");
    kit.client->stop();
    kit.client->disconnected();
    CHECK(kit.client->over());
    CHECK(kit.state(gone) == DeliveryState::failed);
    CHECK(failed == 1);
}

TEST_CASE("stream management: presence that was due in a session that was refused is not due in a "
          "later one") {
    Managed kit;
    kit.enable();
    kit.client->send_stanza(headstock::presence());
    kit.take();
    kit.says(ack(1));
    kit.lose();
    kit.client->send_stanza(headstock::presence().add(Element{"show"}.add_text("away")));
    kit.resume_by("<failed xmlns='urn:xmpp:sm:3'/>");
    kit.enable();
    CHECK(count(kit.take(), "<presence") == 1);
    kit.says(ack(1));
    kit.take();
    kit.lose();
    kit.resume(1);
    CHECK(kit.take() == ""); // G10
}

TEST_CASE("stream management: the log says once what is sent once") {
    auto options = coming_back();
    options.liveness = milliseconds{60'000};
    Managed kit{options};
    kit.enable();
    std::string log;
    kit.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
    kit.pass(60'000);
    kit.take();
    kit.pass(20'000);
    CHECK(kit.client->wants_close());
    kit.send("1");
    kit.lose();
    kit.resume(0);
    CHECK(count(log, "id='1'") == 1);
}

TEST_CASE("stream management: a stop by a row counts its stanza, and one beside it does not") {
    Managed kit;
    kit.client->on("message/body", [&](const headstock::Tag&) { kit.client->stop(); });
    kit.enable();
    kit.take();
    kit.says("<message from='a@x'><body/>");
    CHECK(kit.take() == ack(1) + "</stream:stream>"); // else it would come again next time
    Managed other;
    other.enable();
    other.take();
    other.says("<message from='a@x'><body/>");
    other.client->stop();
    CHECK(other.take() == ack(0) + "</stream:stream>");
}

TEST_CASE("stream management: a full queue with the default limits, and one answer") {
    SessionKit kit{coming_back(), managing()};
    kit.client->on("iq@type=get", [](const headstock::Tag&) { return headstock::ok; });
    int taken = 0;
    for (const std::size_t size : {100'000u, 1'000u, 1u})
        while (kit.client->send_stanza(
            headstock::message("a@x", big(size)).set("id", std::to_string(taken))))
            ++taken;
    kit.login();
    kit.take();
    kit.says(enabled);
    for (int i = 0; i < 3; ++i)
        kit.says("<iq type='get' from='a@x' id='" + std::to_string(i) + "'><q xmlns='u'/></iq>");
    CHECK_FALSE(kit.client->wants_close());
}

TEST_CASE("stream management: presence that waits for a session has not failed") {
    Managed kit;
    kit.enable();
    kit.lose();
    const auto shown = kit.client->send_stanza(headstock::presence());
    CHECK(shown);
    CHECK(kit.state(shown) != DeliveryState::failed); // it will be sent
}

TEST_CASE("stream management: past half of Limits::unacked not every stanza asks") {
    auto options = coming_back();
    options.limits.unacked = 100'000;
    Managed kit{options};
    kit.enable();
    int sent = 0;
    std::string all;
    while (kit.send(std::to_string(sent))) {
        ++sent;
        all += kit.take();
    }
    CHECK(count(all, "<r ") < static_cast<std::size_t>(sent) / 5);
}
