// AsyncClient with Options::reconnect, on a real loop, over real sockets and real TLS.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using headstock::AsyncClient, headstock::AsyncComponent, headstock::Backoff, headstock::Errc,
    headstock::Error;
using std::chrono::milliseconds;
using support::ScriptedServer, support::ServerSide, support::log_in_and_leave;

namespace {

constexpr Backoff quickly{
    .first = milliseconds{20}, .first_own = milliseconds{20}, .longest = milliseconds{40}};

headstock::Options coming_back(const ScriptedServer& server, const Backoff& backoff = quickly) {
    auto options = server.options();
    options.reconnect = backoff;
    return options;
}

struct Witness {
    std::string seen{};
    void ready() { seen += "ready "; }
    void connection_lost() { seen += "lost "; }
    void session_ended() { seen += "ended "; }
    void stopping() { seen += "stopping "; }
    void cleanup() { seen += "cleanup "; }
    void terminated() { seen += "terminated"; }
};

using Scripts = std::vector<ScriptedServer::Script>;

void log_in_and_close(ServerSide& side) {
    side.login();
    side.close();
}
void hear_first_and_second(ServerSide& side) {
    side.login();
    side.hear("</stream:stream>");
    const auto& heard = side.heard();
    const auto first = heard.find("<body>first</body></message>");
    if (first == std::string::npos || heard.find("<body>second</body></message>") < first)
        throw std::runtime_error{"it heard " + heard};
    side.say("</stream:stream>");
    side.hear_end();
}

} // namespace

TEST_CASE("coming back: a connection that ends in every way, and run() returns at stop() only") {
    ScriptedServer server{Scripts{
        [](ServerSide& side) {
            side.login();
            side.hear("<presence/>");
            side.close(); // FIN
        },
        [](ServerSide& side) {
            side.login();
            side.hear("<presence/>");
            side.reset(); // RST
        },
        [](ServerSide& side) { side.close(); }, // before a header
        [](ServerSide& side) {
            side.login();
            side.hear("<presence/>");
            side.say("<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                     "</stream:error></stream:stream>");
            side.hear_end();
        },
        [](ServerSide& side) {
            side.login();
            side.hear("<presence/>");
            side.say("<message from='a@x' type='chat'><body>stop</body></message>");
            leave(side);
        }}};
    AsyncClient client{"romeo@e.test", "secret", coming_back(server)};
    Witness witness;
    client.register_handler(witness);
    client.send_stanza(headstock::presence());
    client.on_message([&](const headstock::Message&) { client.stop(); });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(server.finish() == "");
    CHECK(witness.seen == "ready lost ended ready lost ended lost ready lost ended ready stopping "
                          "ended cleanup terminated");
}

TEST_CASE("coming back: a server that is not there is waited for, and stop() ends the waiting") {
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.port = headstock::test::closed_port();
    options.reconnect = quickly;
    options.reconnect->before_first_session = true;
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Counts {
        int lost = 0;
        AsyncClient& client;
        void connection_lost(const Error& why) {
            CHECK(why.code == Errc::connect_failed);
            if (++lost == 5) client.stop();
        }
    } counts{.client = client};
    client.register_handler(counts);
    CHECK_FALSE(client.run());
    CHECK(counts.lost == 5);
}

TEST_CASE("coming back: stop() from another thread while the client waits") {
    ScriptedServer server{&log_in_and_close};
    AsyncClient client{"romeo@e.test", "secret",
                       coming_back(server, {.first = milliseconds{100'000}})};
    std::thread stopper;
    struct Stops {
        AsyncClient& client;
        std::thread& stopper;
        void session_ended() {
            stopper = std::thread{[this] {
                std::this_thread::sleep_for(milliseconds{50});
                client.stop();
            }};
        }
    } stops{client, stopper};
    client.register_handler(stops);
    CHECK_FALSE(client.run());
    stopper.join();
    CHECK(server.finish() == "");
}

TEST_CASE("coming back: reconnect_now() from a timer does not wait") {
    ScriptedServer server{Scripts{&log_in_and_close, &log_in_and_leave}};
    AsyncClient client{"romeo@e.test", "secret",
                       coming_back(server, {.first = milliseconds{300'000}})};
    int sessions = 0;
    client.on_event([&](const headstock::SessionStarted&) {
        if (++sessions == 2) client.stop();
    });
    client.on_event([&](const headstock::SessionEnded&) {
        client.after(milliseconds{1}, [&] { client.reconnect_now(); });
    });
    CHECK_FALSE(client.run());
    CHECK(sessions == 2);
    CHECK(server.finish() == "");
}

TEST_CASE("coming back: what was sent meanwhile arrives, from another thread too") {
    ScriptedServer server{Scripts{&log_in_and_close, &hear_first_and_second}};
    AsyncClient client{"romeo@e.test", "secret", coming_back(server)};
    std::thread other;
    client.on_event([&](const headstock::SessionEnded& ended) {
        if (!ended.error) return;
        client.send_stanza(headstock::message("a@x", "first"));
        other = std::thread{[&] {
            client.post([&] {
                client.send_stanza(headstock::message("a@x", "second"));
                client.on_event([&](const headstock::SessionStarted&) { client.stop(); });
            });
        }};
        other.join();
    });
    CHECK_FALSE(client.run());
    CHECK(server.finish() == "");
}

TEST_CASE("coming back: the client may be destroyed while it waits, and in a hook of a loss") {
    for (const bool in_hook : {false, true}) {
        ScriptedServer server{&log_in_and_close};
        auto client = std::make_unique<AsyncClient>(
            "romeo@e.test", "secret", coming_back(server, {.first = milliseconds{200'000}}));
        client->on_event([&](const headstock::SessionEnded&) {
            if (in_hook) return client.reset();
            client->after(milliseconds{10}, [&] { client.reset(); });
        });
        CHECK(client->run().code == std::errc::operation_canceled);
        CHECK(server.finish() == "");
    }
}

TEST_CASE("coming back: on the program's own loop, with nothing left open at the end") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    {
        ScriptedServer server{Scripts{[](ServerSide& side) {
                                          side.login();
                                          side.reset();
                                      },
                                      &log_in_and_leave}};
        auto options = coming_back(server);
        options.loop = &loop;
        AsyncClient client{"romeo@e.test", "secret", options};
        int sessions = 0;
        client.on_event([&](const headstock::SessionStarted&) {
            if (++sessions == 2) client.stop();
        });
        CHECK_FALSE(client.start());
        uv_run(&loop, UV_RUN_DEFAULT);
        CHECK(sessions == 2);
        CHECK_FALSE(client.error());
        CHECK(server.finish() == "");
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("coming back: a silent server is left within its time, and found again") {
    ScriptedServer server{Scripts{[](ServerSide& side) {
                                      side.login();
                                      side.hear("<ping xmlns='urn:xmpp:ping'/></iq>");
                                      side.hear_end(); // and says nothing
                                  },
                                  &log_in_and_leave}};
    auto options = coming_back(server);
    options.liveness = milliseconds{50};
    options.timeouts.alive = milliseconds{50};
    AsyncClient client{"romeo@e.test", "secret", options};
    int sessions = 0;
    std::string why;
    client.on_event([&](const headstock::SessionStarted&) {
        if (++sessions == 2) client.stop();
    });
    client.on_event([&](const headstock::SessionEnded& ended) { why += ended.error.text; });
    CHECK_FALSE(client.run());
    CHECK(why.find("the server is silent") == 0);
    CHECK(server.finish() == "");
}

TEST_CASE("coming back: a component too, and one_off does not") {
    const auto accept = [](ServerSide& side) {
        side.hear("to='bot.e.test'>");
        side.say("<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='1' "
                 "xmlns:stream='http://etherx.jabber.org/streams'>");
        side.hear("</handshake>");
        side.say("<handshake/>");
    };
    ScriptedServer server{Scripts{[&](ServerSide& side) {
                                      accept(side);
                                      side.close();
                                  },
                                  [&](ServerSide& side) {
                                      accept(side);
                                      leave(side);
                                  }}};
    auto options = server.component_options();
    options.reconnect = quickly;
    AsyncComponent component{"bot.e.test", "secret", options};
    int sessions = 0;
    component.on_event([&](const headstock::SessionStarted&) {
        if (++sessions == 2) component.stop();
    });
    CHECK_FALSE(component.run());
    CHECK(sessions == 2);
    CHECK(server.finish() == "");
    const auto done =
        headstock::one_off("romeo@e.test", "secret", {.reconnect = Backoff{}}, [](AsyncClient&) {});
    REQUIRE(done.failure() != nullptr);
    CHECK(done.failure()->code == Errc::invalid_option);
}
