// What waits for a session is bounded, and the program says what goes: Options::offline_queue.
#include "tests/support/managed_kit.hpp"

#include <headstock/base_component.hpp>
#include <headstock/events.hpp>

#include <doctest/doctest.h>

#include <string>

using headstock::DeliveryState, headstock::Errc, headstock::OfflineQueue;
using namespace support;

namespace {

headstock::Options dropping(std::size_t limit) {
    auto options = coming_back();
    options.offline_queue = OfflineQueue::drop_oldest;
    options.limits.queued = limit;
    return options;
}

headstock::Delivery send(headstock::ClientApi& client, int number) {
    return client.send_stanza(
        headstock::message("a@x", std::string(60, 'x')).set("id", std::to_string(number)));
}

} // namespace

TEST_CASE("offline queue: the oldest messages go when there is no room, and it is told") {
    SessionKit kit{dropping(2000), managing()};
    std::string failed;
    std::string log;
    kit.client->on_event([&](const headstock::DeliveryChanged& event) {
        CHECK(event.state == DeliveryState::failed);
        failed += event.id + " ";
    });
    kit.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
    const auto first = send(*kit.client, 0);
    headstock::Delivery last;
    for (int i = 1; i < 100; ++i) {
        last = send(*kit.client, i);
        REQUIRE(last);
    }
    CHECK(failed.empty()); // nobody is called inside send_stanza()
    kit.client->pump();
    CHECK(failed.starts_with("0 1 2 "));
    CHECK(kit.client->state_of(first) == DeliveryState::failed);
    CHECK(kit.client->state_of(last) == DeliveryState::queued);
    CHECK(log.find("dropped: the oldest ") != std::string::npos);
    kit.login();
    const auto sent = ids(kit.take());
    CHECK(sent.ends_with(" 98 99 "));
    CHECK(failed + sent == [] {
        std::string all;
        for (int i = 0; i < 100; ++i) all += std::to_string(i) + " ";
        return all;
    }());
}

TEST_CASE("offline queue: also between two sessions, where what was written stays") {
    Managed kit{dropping(2000)};
    kit.enable();
    const auto written = kit.send("written");
    kit.take();
    kit.lose();
    for (int i = 0; i < 100; ++i) REQUIRE(send(*kit.client, i));
    CHECK(kit.state(written) == DeliveryState::written);
    kit.resume(0);
    const auto sent = ids(kit.take());
    CHECK(sent.starts_with("written "));
    CHECK(sent.ends_with(" 98 99 "));
}

TEST_CASE("offline queue: what is no message stays, and then a stanza is refused") {
    SessionKit kit{dropping(2000), managing()};
    int answered = 0;
    const auto question = [&](int i) {
        return kit.client->request(
            headstock::iq_get("a@x")
                .set("id", "q" + std::to_string(i))
                .add(headstock::Element{"query", "urn:" + std::string(60, 'x')}),
            [&](const headstock::Response&) { ++answered; });
    };
    REQUIRE(send(*kit.client, 1));
    int asked = 0;
    headstock::Delivery refused;
    while (asked < 100 && !refused.error) {
        refused = question(asked);
        if (!refused.error) ++asked;
    }
    CHECK(refused.error.code == Errc::queue_full);
    CHECK(send(*kit.client, 2).error.code == Errc::queue_full);
    CHECK(answered == 0);
    kit.login();
    const auto sent = kit.take();
    CHECK(count(sent, "<message") == 0); // the one that was there gave its room to a request
    CHECK(count(sent, "<iq") == static_cast<std::size_t>(asked));
}

TEST_CASE("offline queue: a stanza that is longer than the limit drops nothing") {
    SessionKit kit{dropping(2000), managing()};
    const auto small = send(*kit.client, 1);
    const auto big = kit.client->send_stanza(headstock::message("a@x", std::string(3000, 'x')));
    CHECK(big.error.code == Errc::queue_full);
    CHECK(kit.client->state_of(small) == DeliveryState::queued);
}

TEST_CASE("offline queue: in a session it is refused as ever, and nothing is dropped") {
    Managed kit{dropping(2000)};
    kit.enable();
    int sent = 0;
    while (sent < 100 && send(*kit.client, sent)) ++sent;
    CHECK(sent > 5);
    CHECK(sent < 100);
    CHECK(count(kit.take(), "<message") == static_cast<std::size_t>(sent));
}

TEST_CASE("offline queue: by default a full one refuses") {
    auto options = dropping(2000);
    options.offline_queue = OfflineQueue::refuse;
    SessionKit kit{options};
    int sent = 0;
    while (sent < 100 && send(*kit.client, sent)) ++sent;
    CHECK(sent < 100);
    kit.login();
    CHECK(ids(kit.take()).starts_with("0 1 "));
}

TEST_CASE("offline queue: a component that does not come back has one too") {
    headstock::ComponentOptions options;
    options.offline_queue = OfflineQueue::drop_oldest;
    options.limits.queued = 2000;
    headstock::BaseComponent component{"c.x", "secret", options};
    headstock::Delivery last;
    for (int i = 0; i < 100; ++i) {
        last = component.send_stanza(
            headstock::message("a@x", std::string(60, 'x')).set("from", "c.x"));
        REQUIRE(last);
    }
    CHECK(component.state_of(last) == DeliveryState::queued);
    CHECK(component.unsent().size() < 30);
}

TEST_CASE("offline queue: what was sent in a session that is suspended stays") {
    Managed kit{dropping(2000)};
    kit.enable();
    const auto a = kit.send("a");
    const auto b = kit.send("b");
    kit.lose(); // the socket had them, and the program was not told so yet
    for (int i = 0; i < 100; ++i) REQUIRE(send(*kit.client, i));
    CHECK(kit.state(a) == DeliveryState::queued);
    std::string acked;
    kit.client->on_event([&](const headstock::DeliveryChanged& event) {
        if (event.state == DeliveryState::acked) acked += event.id + " ";
    });
    kit.resume(2);
    CHECK(acked == "a b ");
    CHECK(kit.state(b) == DeliveryState::acked);
}

TEST_CASE("offline queue: a message that is to go out again stays") {
    auto options = dropping(2000);
    options.resend_unconfirmed = true;
    Managed kit{options};
    kit.enable();
    const auto sent = kit.send("again");
    kit.take();
    kit.says("</stream:stream>"); // so that there is nothing to resume
    kit.client->disconnected();
    for (int i = 0; i < 100; ++i) REQUIRE(send(*kit.client, i));
    CHECK(kit.state(sent) == DeliveryState::queued);
    kit.come_back();
    CHECK(ids(kit.take()).starts_with("again "));
}

TEST_CASE("offline queue: an answer that enters a full one drops nothing, and no line says so") {
    Managed kit{dropping(300)};
    headstock::Reply later;
    kit.client->on("iq@type=get", [&](const headstock::Tag&, headstock::Reply reply) {
        later = std::move(reply);
    });
    std::string log;
    kit.enable();
    kit.says("<iq type='get' from='a@x' id='q'><q xmlns='u'/></iq>");
    kit.take();
    kit.lose();
    kit.client->set_log([&](std::string_view line) { log += std::string{line} + "\n"; });
    const auto iq = headstock::iq_get("a@x").add(headstock::Element{"q", std::string(100, 'x')});
    for (int i = 0; i < 9; ++i) (void)kit.client->request(iq, [](const headstock::Response&) {});
    const auto before = kit.client->unsent().size();
    std::move(later)(headstock::Element{"q", std::string(300, 'y')});
    kit.client->pump();
    CHECK(kit.client->unsent().size() == before + 1);
    CHECK(log.find("dropped: the oldest") == std::string::npos);
}
