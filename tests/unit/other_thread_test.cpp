// What another thread calls of a client that runs: an exception in its place, in every build.
#include "headstock/base_client.hpp"
#include "headstock/message.hpp"
#include "tests/support/session_kit.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using headstock::BaseClient, headstock::Response, headstock::Tag;

constexpr std::string_view refusal =
    "headstock: another thread runs this client; give it functions by post()";

struct Object {
    int calls = 0;
    void heard(const Tag&) { ++calls; }
};
HEADSTOCK_HANDLERS(Object, on<&self::heard>("message"))

// The words of what `call` throws on a thread of its own; empty when it throws nothing.
std::string thrown_elsewhere(const std::function<void()>& call) {
    std::string words;
    std::thread{[&] {
        try {
            call();
        } catch (const std::logic_error& error) {
            words = error.what();
        }
    }}.join();
    return words;
}

// Everything but post(), emit() and what begins a connection.
std::vector<std::function<void()>> calls_of(BaseClient& client, Object& object) {
    return {
        [&] { client.send_stanza(headstock::presence()); },
        [&] { client.send_stanza(headstock::Message{.to = headstock::Jid{"a@x"}}); },
        [&] { client.send_raw_stanza("<presence/>"); },
        [&] { client.request(headstock::iq_get(), [](const Response&) {}); },
        [&] { client.request_end(headstock::iq_get(), [](const Response&) {}); },
        [&] { client.cancel(headstock::Delivery{}); },
        [&] { static_cast<void>(client.state_of({})); },
        [&] { static_cast<void>(client.unsent()); },
        [&] { static_cast<void>(client.connect_report()); },
        [&] { client.finish(); },
        [&] { client.suspend(); },
        [&] { static_cast<void>(client.saved_state()); },
        [&] { client.on("message", [](const Tag&) {}); },
        [&] { client.on_message([](const headstock::Message&) {}); },
        [&] { client.on_event([](const Object&) {}); },
        [&] { client.register_on_iq([](const Tag&) {}); },
        [&] { client.on_unhandled([](const Tag&) {}); },
        [&] { client.on_exception({}); },
        [&] { static_cast<void>(client.explain(headstock::presence())); },
        [&] { client.register_handler(object); },
        [&] { client.unregister_handler(object); },
        [&] { client.unregister_all(); },
        [&] { client.emit_now(Object{}); },
        [&] { client.after(std::chrono::seconds{1}, [] {}); },
        [&] { client.every(std::chrono::seconds{1}, [] {}); },
        [&] { client.cancel(headstock::Handle{}); },
        [&] { client.reconnect_now(); },
        [&] { client.network_changed(); },
        [&] { client.set_active(false); },
        [&] { static_cast<void>(client.jid()); },
        [&] { static_cast<void>(client.ready()); },
        [&] { static_cast<void>(client.server_offers("urn:x")); },
        [&] { static_cast<void>(client.served_namespaces()); },
        [&] { static_cast<void>(client.may_send_password()); },
        [&] { client.set_log(stdout); },
        [&] { client.set_log(stdout, headstock::LogLayout::indented); },
        [&] { static_cast<void>(client.set_log("/dev/null", headstock::LogLayout::lines)); },
        [&] { client.set_log([](const headstock::LogRecord&) {}); },
        [&] { client.set_diagnostics({}); },
        [&] { client.tick(2000); },
        [&] { client.received("<message/>"); },
        [&] { client.received(1, "<message/>"); },
        [&] { client.disconnected(); },
        [&] { client.disconnected(1); },
        [&] { client.connected(1); },
        [&] { client.looked_up(1, {}); },
        [&] { client.stop(); },
        [&] { client.stop(std::chrono::seconds{1}); },
        [&] { client.pump(); },
        [&] { client.written(0); },
        [&] { client.written(1, 0); },
    };
}

} // namespace

TEST_CASE("H8: another thread's call of what is for the client's own throws, and does nothing") {
    support::SessionKit kit;
    Object object;
    kit.client->register_handler(object);
    kit.login();
    kit.take();
    int place = 0;
    for (const auto& call : calls_of(*kit.client, object)) {
        CAPTURE(++place);
        CHECK(thrown_elsewhere(call) == refusal);
    }
    CHECK(kit.take() == "");
    CHECK(kit.client->ready());
    kit.says("<message from='a@x'/>");
    CHECK(object.calls == 1); // it is still registered, once
}

TEST_CASE("H8: what any thread may call throws on none") {
    support::SessionKit kit;
    kit.login();
    CHECK(thrown_elsewhere([&] { CHECK(kit.client->post([] {})); }) == "");
    CHECK(thrown_elsewhere([&] { CHECK(kit.client->emit(Object{})); }) == "");
}

TEST_CASE("H8: before its beginning, and after its end, a client may be called from anywhere") {
    support::SessionKit kit;
    Object object;
    CHECK(thrown_elsewhere([&] { kit.client->register_handler(object); }) == "");
    CHECK(thrown_elsewhere([&] { CHECK_FALSE(kit.client->ready()); }) == "");
    kit.login();
    kit.lose();
    REQUIRE(kit.client->over());
    CHECK(thrown_elsewhere([&] { CHECK(kit.client->jid().str() == "romeo@e.test/r"); }) == "");
    CHECK(thrown_elsewhere([&] { kit.client->unregister_handler(object); }) == "");
}

TEST_CASE("H8: who drives a client by another thread than before begins with connected()") {
    headstock::Options options = support::in_clear();
    options.reconnect.emplace();
    support::SessionKit kit{options};
    kit.login();
    kit.lose();
    kit.wait_for_next_try();
    std::thread{[&] {
        kit.client->connected();
        CHECK(kit.client->jid().domain() == "e.test");
    }}.join();
    CHECK_THROWS_WITH_AS(kit.client->send_stanza(headstock::presence()),
                         std::string{refusal}.c_str(), std::logic_error);
}
