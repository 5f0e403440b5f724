// Options::liveness: a server that is silent is asked whether it is there (XEP-0199), and lost when
// it says nothing.
#include "headstock/base_component.hpp"
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

using headstock::Backoff, headstock::Errc, headstock::Error;
using std::chrono::milliseconds;
using support::SessionKit, support::Stage;

namespace {

bool is_ping(const std::string& sent) {
    return sent.find("<ping xmlns='urn:xmpp:ping'/>") != std::string::npos;
}

std::string id_in(const std::string& sent) {
    const auto at = sent.find("id='") + 4;
    return sent.substr(at, sent.find('\'', at) - at);
}

// Sixty seconds, as a program has them that says nothing.
headstock::Options as_usual() {
    auto options = support::in_clear();
    options.liveness = headstock::Options{}.liveness;
    return options;
}

headstock::Options with_liveness(milliseconds limit) {
    auto options = support::in_clear();
    options.liveness = limit;
    return options;
}

} // namespace

TEST_CASE("liveness: a server that was silent for a minute is asked, and an answer will do") {
    Stage stage{as_usual()};
    for (int i = 0; i < 3; ++i) {
        stage.pass(59'999);
        CHECK(stage.take().empty());
        stage.pass(1);
        const auto asked = stage.take();
        CHECK(asked.find("to='e.test'") != std::string::npos);
        CHECK(is_ping(asked));
        stage.pass(19'999);
        stage.says("<iq type='error' from='e.test' id='" + id_in(asked) +
                   "'><error type='cancel'><service-unavailable "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
        stage.pass(1);
        CHECK(stage.take().empty());
        CHECK(stage.client->ready());
        stage.pass(39'999 - 1 + 19'999 + 2 - 60'000 + 1); // to the minute after the answer
        stage.says(" ");
    }
}

TEST_CASE("liveness: any byte from the server will do") {
    Stage stage{as_usual()};
    for (int i = 0; i < 10; ++i) {
        stage.pass(59'999);
        stage.says(" ");
        CHECK(stage.take().empty());
    }
    stage.pass(60'000);
    CHECK(is_ping(stage.take()));
    stage.pass(19'999);
    stage.says("<mess");
    stage.pass(20'000);
    CHECK(stage.client->ready());
    CHECK(stage.take().empty());
}

TEST_CASE("liveness: a server that says nothing is lost") {
    Stage stage{as_usual()};
    stage.pass(60'000);
    CHECK(is_ping(stage.take()));
    CHECK(stage.client->deadline() == stage.now + 20'000);
    stage.pass(19'999);
    CHECK(stage.client->ready());
    stage.pass(1);
    CHECK(stage.client->wants_close());
    CHECK(stage.client->error().code == Errc::timed_out);
    CHECK(stage.client->error().text == "the server is silent: it was asked whether it is there, "
                                        "and has said nothing for 20 s (Timeouts::alive)");
    CHECK(stage.client->error().transient());
}

TEST_CASE("liveness: what is lost so is tried again within a second") {
    for (int i = 0; i < 20; ++i) {
        auto options = as_usual();
        options.reconnect = Backoff{};
        SessionKit kit{options};
        milliseconds waits{-1};
        struct Waits {
            milliseconds& next;
            void connection_lost(const Error&, milliseconds next_try) { next = next_try; }
        } witness{waits};
        kit.client->register_handler(witness);
        kit.login();
        kit.pass(60'000);
        kit.pass(20'000);
        REQUIRE(kit.client->wants_close());
        kit.client->disconnected();
        CHECK(waits >= milliseconds{0});
        CHECK(waits <= milliseconds{1000});
        kit.come_back();
        CHECK(kit.client->ready());
    }
}

TEST_CASE("liveness: zero is never, and other spans are as they say") {
    Stage never{with_liveness(milliseconds{0})};
    CHECK_FALSE(never.client->deadline());
    never.pass(10'000'000);
    CHECK(never.take().empty());
    CHECK(never.client->ready());
    Stage soon{with_liveness(milliseconds{500})};
    soon.pass(500);
    CHECK(is_ping(soon.take()));
}

TEST_CASE("liveness: a clock that was looked at late asks before it gives up") {
    Stage stage{as_usual()};
    stage.pass(10'000'000); // a handler that blocked the loop, say
    CHECK(is_ping(stage.take()));
    CHECK(stage.client->ready());
}

TEST_CASE("liveness: a server that takes a long queue is there, though it says nothing") {
    Stage stage{as_usual()};
    auto& client = *stage.client;
    client.send_stanza(headstock::message("a@x", std::string(100'000, 'x')));
    client.pump();
    for (int i = 0; i < 10; ++i) {
        stage.pass(30'000);
        client.written(1000);
        CHECK(client.ready());
    }
    client.pump();
    for (int i = 0; i < 3; ++i) stage.pass(60'000); // and now it takes nothing
    CHECK(client.wants_close());
}

TEST_CASE("liveness: a server that takes a part and then nothing is lost in time (4.3-34)") {
    Stage stage{as_usual()};
    auto& client = *stage.client;
    client.send_stanza(headstock::message("a@x", std::string(100'000, 'x')));
    client.pump();
    stage.pass(1000);
    client.written(1000);
    for (int i = 0; i < 80; ++i) {
        CHECK(client.ready());
        stage.pass(1000);
    }
    CHECK(client.wants_close());
}

TEST_CASE("liveness: a program that sends by a timer of its own finds a silent server too") {
    Stage stage{as_usual()};
    auto& client = *stage.client;
    const auto send = [&] { client.send_stanza(headstock::message("a@x", "hi")); };
    client.every(milliseconds{20'000}, send); // due whenever the server is to be looked at
    std::string sent;
    for (int i = 0; i < 4; ++i) {
        stage.pass(20'000);
        sent += stage.take(); // the socket takes all of it
    }
    CHECK(is_ping(sent));
    CHECK(client.wants_close());
}

TEST_CASE("liveness: network_changed() asks at once, and once") {
    Stage stage{with_liveness(milliseconds{0})};
    stage.client->network_changed();
    stage.client->network_changed();
    const auto asked = stage.take();
    CHECK(is_ping(asked));
    CHECK(asked.find("<ping") == asked.rfind("<ping"));
    stage.pass(20'000);
    CHECK(stage.client->wants_close());
}

TEST_CASE("liveness: no program sees the answer to it but by a row on results") {
    Stage stage{as_usual()};
    stage.client->on_unhandled([&](const headstock::Tag&) { stage.seen.add("unhandled"); });
    stage.keep_log();
    stage.pass(60'000);
    CHECK(stage.seen_in("<iq type='result' from='e.test' id='" + id_in(stage.take()) + "'/>") ==
          "");
    CHECK(stage.log.find("dropped") == std::string::npos);
}

TEST_CASE("liveness: a login is under its own time-outs") {
    SessionKit kit{with_liveness(milliseconds{10})};
    kit.client->tick(kit.now);
    kit.client->connected();
    kit.take();
    kit.pass(1000);
    CHECK(kit.take().empty());
    CHECK_FALSE(kit.client->wants_close());
}

TEST_CASE("liveness: a component asks itself, by way of its server") {
    headstock::ComponentOptions options;
    options.tls = headstock::ComponentTls::unencrypted;
    headstock::BaseComponent component{"bot.e.test", "test", options};
    const auto take = [&] {
        std::string bytes{output_of(component)};
        component.written(bytes.size());
        return bytes;
    };
    component.tick(0);
    component.connected();
    component.received(
        "<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='3BF96D32' "
        "xmlns:stream='http://etherx.jabber.org/streams'><handshake/>");
    take();
    component.tick(60'000);
    const auto asked = take();
    CHECK(is_ping(asked));
    CHECK(asked.find("to='bot.e.test'") != std::string::npos);
    CHECK(asked.find("from='bot.e.test'") != std::string::npos);
    component.received("<iq type='get' from='bot.e.test' to='bot.e.test' id='" + id_in(asked) +
                       "'><ping xmlns='urn:xmpp:ping'/></iq>");
    const auto answer = take();
    CHECK(answer.find("type='error'") != std::string::npos); // nobody answers pings here
    component.received(answer);
    CHECK(take().empty());
    component.tick(80'000);
    CHECK_FALSE(component.wants_close());
}
