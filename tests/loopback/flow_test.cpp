// A peer that asks and asks and does not read: what waits for it is bounded, and nothing owed is
// lost.
#include "headstock/headstock.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <sys/socket.h>

namespace {

using headstock::AsyncClient, headstock::Errc, headstock::Error, headstock::Options;
using support::ScriptedServer, support::ServerSide;
using namespace std::chrono_literals;

constexpr std::size_t limit = 64u << 10;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::size_t count(std::string_view text, std::string_view word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++found;
    return found;
}

std::string question(std::size_t number) {
    return "<iq type='get' id='" + std::to_string(number) +
           "' from='a@b/c'><x xmlns='urn:unknown'/></iq>";
}

void wait_for(const std::atomic<bool>& over) {
    for (int i = 0; i < 20'000 && !over; ++i) std::this_thread::sleep_for(1ms);
}

/// Asks in clear until the client takes nothing more, or `most` bytes were asked.
class Flood {
public:
    explicit Flood(ServerSide& side) : side_(side) {
        const int small = 64 << 10; // what the system holds for us is not what is looked at
        setsockopt(side.peer().descriptor(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    }

    std::size_t ask(std::size_t most) {
        std::size_t sent = 0;
        for (auto idle = 0; idle < 100 && sent < most;) {
            if (rest_.empty())
                for (int i = 0; i < 500; ++i) rest_ += question(asked++);
            const auto size = ::send(side_.peer().descriptor(), rest_.data(), rest_.size(),
                                     MSG_DONTWAIT | MSG_NOSIGNAL);
            idle = size > 0 ? 0 : idle + 1;
            if (size <= 0) std::this_thread::sleep_for(5ms);
            if (size > 0) rest_.erase(0, static_cast<std::size_t>(size));
            if (size > 0) sent += static_cast<std::size_t>(size);
        }
        return sent;
    }
    /// The rest of the question that was cut, while the client's answers are read.
    std::string finish(std::string_view end) {
        std::string heard;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!contains(heard, end) && std::chrono::steady_clock::now() < until) {
            heard += side_.peer().receive();
            const auto size = ::send(side_.peer().descriptor(), rest_.data(), rest_.size(),
                                     MSG_DONTWAIT | MSG_NOSIGNAL);
            if (size > 0) rest_.erase(0, static_cast<std::size_t>(size));
        }
        return heard;
    }

    std::size_t asked = 0;

private:
    ServerSide& side_;
    std::string rest_;
};

Options in_clear(const ScriptedServer& server) {
    auto options = server.options();
    options.tls = headstock::Tls::disabled;
    options.limits.queued = limit;
    return options;
}

} // namespace

TEST_CASE(
    "flow: who asks and does not read is not read from, and then gets every answer (issue 9.4)") {
    std::size_t taken = 0;
    std::size_t asked = 0;
    std::string heard;
    ScriptedServer server{[&](ServerSide& side) {
        side.login({.starttls = false});
        Flood flood{side};
        taken = flood.ask(96u << 20);
        asked = flood.asked;
        heard = flood.finish("id='" + std::to_string(asked - 1) + "'");
        side.say("</stream:stream>");
        side.close();
    }};
    AsyncClient client{"romeo@e.test", "secret", in_clear(server)};
    static_cast<void>(client.run()); // what the server saw is looked at
    CHECK(server.finish() == "");
    CHECK(taken < 48u << 20); // what the system's buffers hold, both ways
    CHECK(count(heard, "<service-unavailable") == asked);
}

TEST_CASE("flow: stop() ends a client that nobody reads from, and names what was not written "
          "(issue 9.4)") {
    std::atomic<bool> over{false};
    ScriptedServer server{[&](ServerSide& side) {
        side.login({.starttls = false});
        Flood{side}.ask(96u << 20);
        wait_for(over);
    }};
    auto options = in_clear(server);
    options.timeouts.stop = 100ms;
    AsyncClient client{"romeo@e.test", "secret", options};
    client.every(10ms, [&] { // timers go on while nothing is read
        if (!client.send_stanza(headstock::message("a@b", "x"))) client.stop();
    });
    const auto error = client.run();
    over = true;
    CHECK(error.code == Errc::timed_out);
    CHECK(contains(error.text, "not written: iq to a@b/c"));
}

TEST_CASE("flow: a request runs into its deadline while nothing is read (issue 9.4)") {
    std::atomic<bool> over{false};
    ScriptedServer server{[&](ServerSide& side) {
        side.login({.starttls = false});
        Flood{side}.ask(96u << 20);
        wait_for(over);
    }};
    auto options = in_clear(server);
    options.timeouts.stop = 100ms;
    AsyncClient client{"romeo@e.test", "secret", options};
    Error why;
    struct Visitor {
        void ready(AsyncClient& client) {
            client.request(
                headstock::iq_get("e.test").add(bridge::Element{"q", "urn:q"}),
                [&](const headstock::Response& response) {
                    why = *response.failure();
                    client.stop();
                },
                1s);
        }
        Error& why;
    } visitor{why};
    client.register_handler(visitor);
    CHECK(client.run());
    over = true;
    CHECK(why.code == Errc::timed_out);
    CHECK(contains(why.text, "no answer came in time"));
}

TEST_CASE("flow: a peer that takes nothing more for Timeouts::write is given up (issue 9.4)") {
    std::atomic<bool> over{false};
    ScriptedServer server{[&](ServerSide& side) {
        side.login({.starttls = false});
        Flood{side}.ask(96u << 20);
        wait_for(over);
    }};
    auto options = in_clear(server);
    options.timeouts.write = 100ms;
    AsyncClient client{"romeo@e.test", "secret", options};
    const auto error = client.run();
    over = true;
    CHECK(error.code == Errc::timed_out);
    CHECK(contains(error.text, "the server has read nothing for 0.1 s (Timeouts::write), and "));
    CHECK(contains(error.text, "not written: iq to a@b/c"));
}

TEST_CASE("flow: a peer that has gone is noticed while nothing is read (issue 9.4)") {
    ScriptedServer server{[](ServerSide& side) {
        side.login({.starttls = false});
        Flood{side}.ask(96u << 20);
        side.reset();
    }};
    AsyncClient client{"romeo@e.test", "secret", in_clear(server)};
    const auto error = client.run();
    CHECK(error.code == Errc::connection_lost);
    CHECK(contains(error.text, "was lost: "));
}

TEST_CASE(
    "flow: post() and emit() are refused past Limits::posted, and stop() is not (issue 9.4)") {
    struct Event {};
    ScriptedServer server{[](ServerSide& side) {
        side.login({.starttls = false});
        side.hear("</stream:stream>");
        side.say("</stream:stream>");
        side.hear_end();
    }};
    auto options = in_clear(server);
    options.limits.posted = 10;
    AsyncClient client{"romeo@e.test", "secret", options};
    int ran = 0;
    int seen = 0;
    client.on_event([&](const Event&) { ++seen; });
    struct Visitor {
        std::function<void()> f;
        void ready() { f(); }
    } visitor{[&] {
        for (int i = 0; i < 5; ++i) CHECK(client.post([&] { ++ran; }));
        for (int i = 0; i < 5; ++i) CHECK(client.emit(Event{}));
        CHECK_FALSE(client.post([&] { ++ran; }));
        CHECK_FALSE(client.emit(Event{}));
        std::thread{[&] { client.stop(); }}.join(); // through the same inbox
    }};
    client.register_handler(visitor);
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(ran == 5);
    CHECK(seen == 5);
    CHECK_FALSE(client.post([] {}));
}
