// A key that takes for ever: the client's end does not wait for it.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/thread_count.hpp"

#include <doctest/doctest.h>
#include <uv.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <vector>

using headstock::AsyncClient, headstock::Errc;
using support::ScriptedServer, support::ServerSide, support::settled_threads,
    support::threads_of_this_process;
using namespace std::chrono_literals;

namespace {

constexpr unsigned for_ever = 4'000'000'000; // rounds; ten minutes at least

// Only the client hashes, since it never answers the challenge.
void ask_for_much(ServerSide& side) { side.login({.starttls = true, .rounds = for_ever}); }

headstock::Options patient(const ScriptedServer& server) {
    auto options = server.options();
    options.maximum_iterations = for_ever;
    return options;
}

} // namespace

TEST_CASE("stop() ends a client that derives a key (issue 9.7)") {
    ScriptedServer server{ask_for_much};
    AsyncClient client{"romeo@e.test", "secret", patient(server)};
    client.after(300ms, [&] { client.stop(); });
    CHECK_FALSE(client.run());
}

TEST_CASE("a client may be destroyed while it derives a key (issue 9.7)") {
    ScriptedServer server{[](ServerSide& side) {
        try {
            ask_for_much(side);
        } catch (const std::exception&) { // the client is gone
        }
    }};
    auto client = std::make_unique<AsyncClient>("romeo@e.test", "secret", patient(server));
    client->after(300ms, [&] { client.reset(); });
    CHECK(client->run().code == std::errc::operation_canceled);
}

TEST_CASE("deadlines of the phase and of the login end a client that derives a key (issue 9.7)") {
    for (const bool whole : {false, true}) {
        CAPTURE(whole);
        ScriptedServer server{ask_for_much};
        auto options = patient(server);
        (whole ? options.timeouts.login : options.timeouts.authenticate) = 500ms;
        AsyncClient client{"romeo@e.test", "secret", options};
        const auto error = client.run();
        CHECK(error.code == Errc::timed_out);
        CHECK((error.text.find("Timeouts::login") != std::string::npos) == whole);
    }
}

TEST_CASE("each key is derived on a thread of its own, and on none of libuv's pool (issue 9.7)") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    {
        constexpr int many = 6; // more than libuv has
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        std::vector<std::unique_ptr<AsyncClient>> clients;
        for (int i = 0; i < many; ++i) {
            servers.push_back(std::make_unique<ScriptedServer>(ask_for_much));
            auto options = patient(*servers.back());
            options.loop = &loop;
            clients.push_back(std::make_unique<AsyncClient>("romeo@e.test", "secret", options));
        }
        const auto before = settled_threads();
        bool all = false;
        clients.front()->every(5ms, [&] {
            all = threads_of_this_process() == before + many;
            if (all) clients.clear();
        });
        clients.front()->after(10s, [&] { clients.clear(); });
        for (const auto& client : clients) CHECK_FALSE(client->start());
        uv_run(&loop, UV_RUN_DEFAULT);
        CHECK(all);
        CHECK(threads_of_this_process() <= before);
    }
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("B8: timers go on while a key is derived") {
    ScriptedServer server{ask_for_much};
    AsyncClient client{"romeo@e.test", "secret", patient(server)};
    int ticks = 0; // nearly all of them behind the challenge, which comes within milliseconds
    client.every(10ms, [&] {
        if (++ticks == 50) client.stop();
    });
    CHECK_FALSE(client.run());
    CHECK(ticks >= 50);
}

TEST_CASE("B8: by default a server may not ask for more than a second of hashing") {
    ScriptedServer server{
        [](ServerSide& side) { side.login({.starttls = true, .rounds = 1'500'001}); }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    const auto error = client.run();
    CHECK(error.code == Errc::sasl_failed);
    CHECK(error.text.find("more than 1500000") != std::string::npos);
}
