// What networks do to a connection, by a proxy between the client and a scripted server.  The
// numbers are those of the project's list of faults, section 4.3.
#include "headstock/headstock.hpp"
#include "tests/support/proxied.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using headstock::AsyncClient, headstock::Element, headstock::Errc, headstock::Error;
using std::chrono::milliseconds;
using support::FaultProxy, support::leave, support::log_in_and_leave, support::proxied,
    support::ScriptedServer, support::ServerSide, support::Way;
using Clock = std::chrono::steady_clock;
using Flow = Way::Flow;
using Accepting = FaultProxy::Accepting;
using Scripts = std::vector<ScriptedServer::Script>;

TEST_CASE("4.3-36: drip, one byte per millisecond through a whole login with TLS") {
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.say("<message from='a@x' type='chat'><body>slow</body></message>");
        leave(side);
    }};
    FaultProxy proxy{server.port()};
    proxy.both_ways(Way::drip(milliseconds{1}));
    auto options = server.options();
    options.port = proxy.port();
    AsyncClient client{"romeo@e.test", "secret", options};
    std::string heard;
    client.on_message([&](const headstock::Message& message) {
        heard += message.body;
        client.stop();
    });
    const auto began = Clock::now();
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(heard == "slow");
    CHECK(server.finish() == "");
    const auto bytes = proxy.passed_to_client();
    CHECK(bytes > 1000);
    CHECK(Clock::now() - began >= milliseconds{bytes} - milliseconds{1000}); // it was one by one
}

namespace {

// A connection that is cut in the middle of a stanza by `cut`, and one that is whole.
void cut_in_a_stanza(void (FaultProxy::*cut)()) {
    const std::string_view first_half = "<message from='a@x'><subject>s</subject><body>br";
    FaultProxy* between = nullptr;
    ScriptedServer server{
        Scripts{[&](ServerSide& side) {
                    side.login({});
                    side.hear("<presence/>"); // so all that was said before has passed
                    const auto before = between->passed_to_client();
                    side.say(first_half);
                    while (between->passed_to_client() < before + first_half.size())
                        std::this_thread::sleep_for(milliseconds{1});
                    (between->*cut)();
                    side.hear_end();
                },
                [](ServerSide& side) {
                    side.login({});
                    side.hear("<presence/>");
                    side.say("<message from='a@x'><body>whole</body></message>");
                    leave(side);
                }}};
    FaultProxy proxy{server.port()};
    between = &proxy;
    auto options = proxied(server, proxy);
    options.tls = headstock::Tls::disabled;
    AsyncClient client{"romeo@e.test", "secret", options};
    std::string seen;
    client.send_stanza(headstock::presence());
    client.on("message/subject",
              [&](const Element&) { seen += "subject "; }); // as soon as it is complete
    client.on("message", [&](const Element& message) {
        seen += message.child("body").text();
        client.stop();
    });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(seen == "subject whole");
    CHECK(server.finish() == "");
    CHECK(proxy.accepted() == 2);
}

} // namespace

TEST_CASE("4.3-32: RST in the middle of a stanza, of which no row for the stanza runs") {
    cut_in_a_stanza(&FaultProxy::reset);
}

TEST_CASE("4.3-33: FIN in the middle of a stanza, of which no row for the stanza runs") {
    cut_in_a_stanza(&FaultProxy::finish);
}

TEST_CASE("4.3-38: latency and a narrow line, through which a login works") {
    ScriptedServer server{&log_in_and_leave};
    FaultProxy proxy{server.port()};
    auto narrow = Way::bandwidth(20'000);
    narrow.latency = milliseconds{20};
    proxy.both_ways(narrow);
    auto options = server.options();
    options.port = proxy.port();
    AsyncClient client{"romeo@e.test", "secret", options};
    bool ready = false;
    client.on_event([&](const headstock::SessionStarted&) {
        ready = true;
        client.stop();
    });
    const auto began = Clock::now();
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(ready);
    CHECK(server.finish() == "");
    CHECK(Clock::now() - began >= 14 * narrow.latency); // seven questions, there and back
}

TEST_CASE("4.3-38: latency of 2 s that varies by 2 s, and 1 KB a second, all 20 times as fast") {
    constexpr int messages = 40;
    ScriptedServer server{[](ServerSide& side) {
        side.login();
        side.hear("<presence/>");
        for (int i = 0; i < messages; ++i) {
            side.say("<message from='a@x/y' type='chat'><body>" + std::to_string(i) +
                     "</body></message>");
            std::this_thread::sleep_for(milliseconds{2}); // so that each has a delay of its own
        }
        leave(side);
    }};
    FaultProxy proxy{server.port()};
    auto way = Way::bandwidth(20'000);
    way.latency = way.jitter = milliseconds{100};
    proxy.both_ways(way);
    auto options = server.options();
    options.port = proxy.port();
    AsyncClient client{"romeo@e.test", "secret", options};
    client.send_stanza(headstock::presence());
    std::string expected;
    for (int i = 0; i < messages; ++i) expected += std::to_string(i) + ' ';
    std::string heard;
    client.on_message([&](const headstock::Message& message) {
        heard += message.body + ' ';
        client.send_stanza(headstock::message("a@x/y", message.body));
        if (heard.size() == expected.size()) client.stop();
    });
    const auto began = Clock::now();
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(heard == expected);
    CHECK(Clock::now() - began >= way.latency);
    CHECK(server.finish() == "");
    std::string answered;
    const auto& all = server.heard();
    for (auto at = all.find("<body>"); at != all.npos; at = all.find("<body>", at + 1))
        answered += all.substr(at + 6, all.find('<', at + 6) - at - 6) + ' ';
    CHECK(answered == expected);
}

TEST_CASE("4.3-38: latency beyond a time-out, which ends a login in order") {
    ScriptedServer server{[](ServerSide& side) { side.hear_end(); }};
    FaultProxy proxy{server.port()};
    proxy.both_ways({.latency = milliseconds{400}});
    auto options = server.options();
    options.port = proxy.port();
    options.timeouts.stream = milliseconds{50};
    AsyncClient client{"romeo@e.test", "secret", options};
    CHECK(client.run().code == Errc::timed_out);
    CHECK(server.finish() == "");
}

TEST_CASE("4.3-39: a server that stops reading, which refuses more and loses nothing") {
    ScriptedServer server{[](ServerSide& side) {
        side.login({});
        leave(side);
    }};
    FaultProxy proxy{server.port()};
    auto options = server.options();
    options.port = proxy.port();
    options.tls = headstock::Tls::disabled;
    options.limits.queued = 256u << 10;
    AsyncClient client{"romeo@e.test", "secret", options};
    const std::string body(16u << 10, 'x');
    int taken = 0;
    Error refused;
    headstock::Handle sender;
    const auto send = [&] {
        for (int i = 0; i < 4 && !refused; ++i) {
            const auto sent = client.send_stanza(
                headstock::message("a@x", body).set("id", std::to_string(taken)));
            sent ? void(++taken) : void(refused = sent.error);
        }
        if (!refused) return;
        CHECK(client.cancel(sender));
        proxy.to_server({}); // it reads again
        client.stop();
    };
    client.on_event([&](const headstock::SessionStarted&) {
        proxy.to_server({.flow = Flow::stalled});
        sender = client.every(milliseconds{5}, send);
    });
    const auto error = client.run();
    CHECK_MESSAGE(!error, error.message());
    CHECK(refused.code == Errc::queue_full);
    CHECK(server.finish() == "");
    CHECK(taken > 16);
    const auto& heard = server.heard();
    std::size_t at = 0;
    for (int i = 0; i < taken && at != std::string::npos; ++i)
        at = heard.find("id='" + std::to_string(i) + "'", at);
    CHECK(at != std::string::npos); // each, in order
    CHECK(heard.size() > static_cast<std::size_t>(taken) * body.size());
}

TEST_CASE("4.3-1: refused, which is tried again until somebody listens") {
    ScriptedServer server{&log_in_and_leave};
    FaultProxy proxy{server.port()};
    proxy.accept(Accepting::refuses);
    auto options = proxied(server, proxy);
    options.reconnect->before_first_session = true;
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Hooks {
        FaultProxy& proxy;
        int lost = 0;
        void connection_lost(const Error& why) {
            CHECK(why.code == Errc::connect_failed);
            if (++lost == 2) proxy.accept(Accepting::forwards);
        }
        void ready(AsyncClient& client) { client.stop(); }
    } hooks{.proxy = proxy};
    client.register_handler(hooks);
    CHECK_FALSE(client.run());
    CHECK(hooks.lost == 2);
    CHECK(server.finish() == "");
}

TEST_CASE("4.3-9: accepted and left without a word, which is tried again") {
    ScriptedServer server{&log_in_and_leave};
    FaultProxy proxy{server.port()};
    proxy.accept(Accepting::silent);
    auto options = proxied(server, proxy);
    options.reconnect->before_first_session = true;
    options.timeouts.stream = milliseconds{200};
    AsyncClient client{"romeo@e.test", "secret", options};
    struct Hooks {
        FaultProxy& proxy;
        int lost = 0;
        void connection_lost(const Error& why) {
            CHECK(why.code == Errc::timed_out);
            if (++lost == 1) proxy.accept(Accepting::forwards);
        }
        void ready(AsyncClient& client) { client.stop(); }
    } hooks{.proxy = proxy};
    client.register_handler(hooks);
    CHECK_FALSE(client.run());
    CHECK(hooks.lost == 1);
    CHECK(proxy.accepted() == 2);
    CHECK(server.finish() == "");
}
