// What is asked for counts from when it is asked, however long nothing has happened; and what came
// in time is seen, however late the program looks.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <thread>

#include <uv.h>

using headstock::AsyncClient, headstock::Element, headstock::Response;
using support::ScriptedServer, support::ServerSide;
using namespace std::chrono_literals;

namespace {

// A loop that is the program's, with one timer of its own.
class OwnLoop {
public:
    OwnLoop() { uv_loop_init(&loop); }
    ~OwnLoop() { CHECK(uv_loop_close(&loop) == 0); }
    OwnLoop(const OwnLoop&) = delete;
    OwnLoop& operator=(const OwnLoop&) = delete;

    void after(std::chrono::milliseconds delay, std::function<void()> f) {
        what_ = std::move(f);
        uv_timer_init(&loop, &timer_);
        timer_.data = this;
        uv_timer_start(
            &timer_,
            [](uv_timer_t* timer) {
                static_cast<OwnLoop*>(timer->data)->what_();
                uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
            },
            static_cast<std::uint64_t>(delay.count()), 0);
    }

    uv_loop_t loop{};

private:
    uv_timer_t timer_{};
    std::function<void()> what_;
};

} // namespace

TEST_CASE("clock: a request of a client that was idle has all of its time") {
    ScriptedServer server{[](ServerSide& side) {
        side.login({.starttls = true});
        side.hear("</iq>");
        std::this_thread::sleep_for(100ms);
        side.say("<iq type='result' id='q' from='e.test'/>");
        side.hear("</stream:stream>");
        std::this_thread::sleep_for(100ms);
        side.say("</stream:stream>");
        side.hear_end();
    }};
    OwnLoop own;
    auto options = server.options();
    options.loop = &own.loop;
    options.timeouts.stop = 600ms;
    AsyncClient client{"romeo@e.test", "secret", options};
    bool answered = false;
    bool early = false;
    struct Ready {
        std::function<void()> f;
        void ready() { f(); }
    } ready{[&] {
        own.after(1500ms, [&] {
            client.after(400ms, [&] { early = !answered; });
            client.request(
                headstock::iq_get("e.test").set("id", "q").add(Element{"q", "urn:x"}),
                [&](const Response& response) {
                    answered = static_cast<bool>(response);
                    own.after(1000ms, [&] { client.stop(); });
                },
                700ms);
        });
    }};
    client.register_handler(ready);
    CHECK_FALSE(client.start());
    uv_run(&own.loop, UV_RUN_DEFAULT);
    CHECK(answered);
    CHECK_FALSE(early);
    CHECK(client.error().message() == "no error");
    CHECK_FALSE(client.error());
}

TEST_CASE("clock: an answer that came in time is taken by a program that looks late") {
    ScriptedServer server{[](ServerSide& side) {
        side.login({.starttls = true});
        side.hear("</iq>");
        side.say("<iq type='result' id='q' from='e.test'/>");
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    bool answered = false;
    struct Ready {
        std::function<void()> f;
        void ready() { f(); }
    } ready{[&] {
        client.after(50ms, [] { std::this_thread::sleep_for(1s); });
        client.request(
            headstock::iq_get("e.test").set("id", "q").add(Element{"q", "urn:x"}),
            [&](const Response& response) {
                answered = static_cast<bool>(response);
                client.stop();
            },
            500ms);
    }};
    client.register_handler(ready);
    CHECK_FALSE(client.run());
    CHECK(answered);
}
