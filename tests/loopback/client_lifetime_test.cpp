// The client's end in every place where it can come, threads, and loops of other people.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using bridge::Element, bridge::Tag;
using headstock::AsyncClient, headstock::Response;
using support::ScriptedServer, support::ServerSide;

// Logs in, says something to which every kind of callback is called, and waits for the end.
void talk(ServerSide& side) {
    side.login();
    side.say("<message from='juliet@e.test/b' type='chat'><body>hello</body></message>"
             "<iq type='get' id='q1' from='e.test'><ping xmlns='urn:xmpp:ping'/></iq>"
             "<presence from='juliet@e.test/b'/>");
    side.hear_end();
}

// Destroys the client where it is told to.
struct Destroyer {
    std::unique_ptr<AsyncClient>& client;
    std::string where;
    int calls_afterwards = 0;

    void at(std::string_view place) {
        if (!client) ++calls_afterwards;
        if (place == where) client.reset();
    }
    void ready() { at("ready"); }
    void stopping() { at("stopping"); }
    void cleanup() { at("cleanup"); }
    void terminated() { at("terminated"); }
    void body(const Element& body) {
        at("nested row");
        CHECK(body.text() == "hello"); // what was borrowed lives until we return
    }
    Element message(const Element& message, const Tag& stanza) {
        at("row");
        CHECK(message.child("body").text() == "hello");
        return headstock::reply_to(stanza).add("body", "to nobody");
    }
    headstock::Ok ping(const Tag&) {
        at("iq row");
        return headstock::ok;
    }
};
HEADSTOCK_HANDLERS(Destroyer,
                   on<&self::body>("message/body"),
                   on<&self::message>("message"),
                   on<&self::ping>("iq@type=get", "ping", headstock::ns::ping))

} // namespace

TEST_CASE("H2: the client may be destroyed in any callback, and run() gives operation_canceled "
          "(contract 8)") {
    for (const auto* where :
         {"ready", "nested row", "row", "iq row", "posted", "on", "register_on_iq", "unhandled"}) {
        CAPTURE(where);
        ScriptedServer server{talk};
        auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", server.options());
        Destroyer destroyer{client, where};
        client->register_handler(destroyer);
        const auto here = [&](std::string_view place) { destroyer.at(place); };
        client->on("message/body", [&](const Tag&) { here("on"); });
        client->register_on_iq([&](const Element&) { here("register_on_iq"); });
        client->on_unhandled([&](const Tag&) { here("unhandled"); });
        if (destroyer.where == "posted") client->post([&] { here("posted"); });
        const auto error = client->run();
        CHECK(error.code == std::errc::operation_canceled);
        CHECK(client == nullptr);
        CHECK(destroyer.calls_afterwards == 0);
    }
}

TEST_CASE("H2: the client may be destroyed in the hooks of its end (contract 8)") {
    for (const auto* where : {"stopping", "cleanup", "terminated"}) {
        CAPTURE(where);
        ScriptedServer server{[](ServerSide& side) {
            side.login();
            side.close();
        }};
        auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", server.options());
        Destroyer destroyer{client, where};
        client->register_handler(destroyer);
        CHECK(client->run().code == std::errc::operation_canceled);
        CHECK(destroyer.calls_afterwards == 0);
    }
}

TEST_CASE("H2: the client may be destroyed in the callback of a request, answered or failed") {
    for (const bool answered : {true, false}) {
        CAPTURE(answered);
        ScriptedServer server{[&](ServerSide& side) {
            side.login();
            side.hear("</iq>");
            if (!answered) return side.close();
            side.say("<iq type='result' id='7' from='e.test'/>");
            side.hear_end();
        }};
        auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", server.options());
        int calls = 0;
        auto ping =
            headstock::iq_get("e.test").set("id", "7").add(Element{"ping", headstock::ns::ping});
        CHECK(client->request(ping, [&](const Response& response) {
            ++calls;
            CHECK(static_cast<bool>(response) == answered);
            client.reset();
        }));
        CHECK(client->run().code == std::errc::operation_canceled);
        CHECK(calls == 1);
    }
}

TEST_CASE("H8: post() and stop() from other threads, and what is posted runs on the client's "
          "thread, in order") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    constexpr int threads = 8, posts = 12'500;
    std::vector<int> last(threads, -1);
    std::thread::id runs_on{};
    int done = 0, out_of_order = 0;
    std::atomic<bool> over = false;
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) {
        workers.emplace_back([&, t] {
            for (int i = 0; i < posts; ++i) {
                const auto count = [&, t, i] {
                    runs_on = std::this_thread::get_id();
                    out_of_order += std::exchange(last[static_cast<std::size_t>(t)], i) != i - 1;
                    if (++done == threads * posts) std::thread{[&] { client.stop(); }}.detach();
                };
                while (!client.post(count) && !over) std::this_thread::yield(); // Limits::posted
            }
        });
    }
    const auto error = client.run();
    over = true;
    for (auto& worker : workers) worker.join();
    CHECK_MESSAGE(!error, error.message());
    CHECK(done == threads * posts);
    CHECK(out_of_order == 0);
    CHECK(runs_on == std::this_thread::get_id());
    CHECK_FALSE(client.post([] {})); // it has ended
}

TEST_CASE("H8: another thread's call of a client on a loop throws, while it runs") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    std::string thrown;
    client.on_event([&](const headstock::SessionStarted&) {
        std::thread{[&] {
            try {
                client.send_stanza(headstock::presence());
            } catch (const std::logic_error& error) {
                thrown = error.what();
            }
            client.stop();
        }}.join();
    });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(thrown.find("post()") != thrown.npos);
    std::thread{[&] { CHECK(client.unsent().empty()); }}.join(); // it has ended
}

TEST_CASE("stop(limit): from another thread, also when stop() was called before with more time") {
    for (const bool stopped_before : {false, true}) {
        CAPTURE(stopped_before);
        ScriptedServer server{[](ServerSide& side) {
            side.login();
            side.hear("</stream:stream>"); // and does not answer it
            side.hear_end();
        }};
        auto options = server.options();
        options.timeouts.stop = std::chrono::hours{1};
        AsyncClient client{"romeo@e.test", "secret", options};
        std::thread other;
        client.on_event([&](const headstock::SessionStarted&) {
            other = std::thread{[&] {
                if (stopped_before) client.stop();
                client.stop(std::chrono::milliseconds{20});
            }};
        });
        const auto error = client.run();
        other.join();
        CHECK(error.code == headstock::Errc::timed_out);
    }
}

TEST_CASE(
    "stop(limit): a later call with more time, before the first one is seen to, gives no more") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("</stream:stream>"); // and does not answer it
        side.hear_end();
    }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    client.on_event([&](const headstock::SessionStarted&) {
        std::thread{[&] {
            client.stop(std::chrono::milliseconds{20});
            client.stop(std::chrono::hours{1});
        }}.join();
    });
    CHECK(client.run().code == headstock::Errc::timed_out);
}

TEST_CASE("H7: two clients share a borrowed loop, which ends when they have and can be closed") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    const auto script = [](ServerSide& side) {
        side.login();
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    };
    {
        ScriptedServer one{script}, two{script};
        auto first_options = one.options(), second_options = two.options();
        first_options.loop = second_options.loop = &loop;
        AsyncClient first{"romeo@e.test", "secret", first_options};
        AsyncClient second{"juliet@e.test", "secret", second_options};
        struct Both {
            int here = 0;
            std::function<void()> stop{};
            void ready() {
                if (++here == 2) stop();
            }
        } both;
        both.stop = [&] {
            first.stop();
            second.stop();
        };
        first.register_handler(both);
        second.register_handler(both);
        CHECK(first.run().code ==
              headstock::Errc::invalid_option); // that is the loop's owner's business
        CHECK_FALSE(first.start());
        CHECK_FALSE(second.start());
        CHECK(uv_run(&loop, UV_RUN_DEFAULT) == 0);
        CHECK_FALSE(first.error());
        CHECK_FALSE(second.error());
    }
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("a costly key is derived off the loop: a timer goes on ticking") {
    ScriptedServer server{[](ServerSide& side) {
        side.login({.starttls = true, .rounds = 600'000});
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    uv_timer_t timer;
    int ticks = 0;
    uv_timer_init(&loop, &timer);
    timer.data = &ticks;
    uv_timer_start(
        &timer, [](uv_timer_t* t) { ++*static_cast<int*>(t->data); }, 1, 1);
    auto options = server.options();
    options.loop = &loop;
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Leave {
        uv_timer_t* timer;
        void ready(AsyncClient& client) { client.stop(); }
        void terminated() { uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr); }
    } leave{&timer};
    client.register_handler(leave);
    CHECK_FALSE(client.start());
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK_FALSE(client.error());
    CHECK(ticks >= 25); // the derivation takes hundreds of milliseconds
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("a hook may destroy the client when start() fails") {
    struct Last {
        std::unique_ptr<AsyncClient>& client;
        void terminated() { client.reset(); }
    };
    auto client = std::make_unique<AsyncClient>("a@b@c", "secret");
    Last last{client};
    client->register_handler(last);
    CHECK(client->start().code == headstock::Errc::invalid_jid);
    CHECK(client == nullptr);
}
