// Options::whitespace_keepalive: one space when nothing was written for so long (RFC 6120 4.6.1).
#include "headstock/base_component.hpp"
#include "tests/support/output.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

using headstock::Backoff, headstock::BaseClient, headstock::Errc;
using std::chrono::milliseconds;
using support::SessionKit, support::Stage;

namespace {

headstock::Options every(milliseconds silence) {
    auto options = support::in_clear();
    options.whitespace_keepalive = silence;
    return options;
}

const std::string hi = "<message to='a@x' type='chat' id='1'><body>hi</body></message>";

void say_hi(BaseClient& client) {
    client.send_stanza(headstock::message("a@x", "hi").set("id", "1"));
}

} // namespace

TEST_CASE("white space: a session that writes nothing writes one space, and again") {
    Stage stage{every(milliseconds{30'000})};
    for (int i = 0; i < 3; ++i) {
        CHECK(stage.client->deadline() == stage.now + 30'000);
        stage.pass(29'999);
        CHECK(stage.take().empty());
        stage.pass(1);
        CHECK(stage.take() == " ");
    }
}

TEST_CASE("white space: what is written puts it off, what is read does not") {
    Stage stage{every(milliseconds{30'000})};
    stage.pass(20'000);
    say_hi(*stage.client);
    CHECK(stage.take() == hi);
    stage.pass(15'000);
    stage.says(" ");
    CHECK(stage.take().empty());
    stage.pass(14'999);
    CHECK(stage.take().empty());
    stage.pass(1);
    CHECK(stage.take() == " ");
}

TEST_CASE("white space: a client that always writes sets no timer for each stanza") {
    Stage stage{every(milliseconds{30'000})};
    const auto due = stage.client->deadline();
    for (int i = 0; i < 10; ++i) {
        stage.pass(1000);
        say_hi(*stage.client);
        CHECK(stage.take() == hi);
        CHECK(stage.client->deadline() == due);
    }
    stage.pass(29'999);
    CHECK(stage.take().empty());
    stage.pass(1);
    CHECK(stage.take() == " ");
}

TEST_CASE("white space: it stands between stanzas, and never in one") {
    Stage stage{every(milliseconds{30'000})};
    auto& client = *stage.client;
    say_hi(client);
    client.pump();
    client.written(10); // the socket takes no more for a while
    stage.pass(30'000);
    stage.pass(30'000);
    say_hi(client);
    auto rest = stage.take();
    CHECK(rest.substr(0, hi.size() - 10) == hi.substr(10));
    rest.erase(0, hi.size() - 10);
    CHECK(rest.substr(rest.find('<')) == hi);
    CHECK(rest.find_first_not_of(' ') == rest.find('<'));
}

TEST_CASE("white space: zero is never, and none before a session or behind its end") {
    Stage never;
    CHECK_FALSE(never.client->deadline());
    never.pass(10'000'000);
    CHECK(never.take().empty());
    SessionKit kit{every(milliseconds{10})};
    kit.client->tick(kit.now);
    kit.client->connected();
    kit.take();
    kit.pass(1000);
    CHECK(kit.take().empty());
    Stage stage{every(milliseconds{10})};
    stage.client->stop();
    CHECK(stage.take() == "</stream:stream>");
    stage.pass(1000);
    CHECK(stage.take().empty());
}

TEST_CASE("white space: behind the end of a stream nothing is written, and the next has its own") {
    auto options = every(milliseconds{1000});
    options.reconnect = Backoff{};
    SessionKit kit{options};
    kit.login();
    kit.take();
    kit.says("<broken></open>");
    kit.take();
    kit.pass(1000);
    CHECK(kit.take().empty());
    kit.client->disconnected();
    kit.come_back();
    CHECK(kit.take().empty());
    kit.pass(999);
    CHECK(kit.take().empty());
    kit.pass(1);
    CHECK(kit.take() == " ");
}

TEST_CASE("white space: a lost connection leaves nothing of it to the next") {
    auto options = every(milliseconds{1000});
    options.reconnect = Backoff{};
    SessionKit kit{options};
    kit.login();
    kit.take();
    kit.pass(1000);
    say_hi(*kit.client);
    kit.client->pump(); // and nothing is written
    CHECK(kit.client->output() == " " + hi);
    kit.lose();
    kit.come_back();
    CHECK(kit.take() == hi);
}

TEST_CASE("white space: it is no question, so a silent server is found as without it") {
    auto options = every(milliseconds{10'000});
    options.liveness = milliseconds{60'000};
    Stage stage{options};
    std::string sent;
    for (int i = 0; i < 8; ++i) {
        stage.pass(10'000);
        sent += stage.take();
    }
    CHECK(sent.find("<ping xmlns='urn:xmpp:ping'/>") != std::string::npos);
    CHECK(sent.starts_with("     "));
    CHECK(stage.client->wants_close());
    CHECK(stage.client->error().code == Errc::timed_out);
}

TEST_CASE("white space: a negative time is an error of check()") {
    const auto error = BaseClient{"romeo@e.test", "secret", every(milliseconds{-1})}.check();
    CHECK(error.code == Errc::invalid_option);
    CHECK(error.text.find("Options::whitespace_keepalive") != std::string::npos);
    CHECK_FALSE(BaseClient{"romeo@e.test", "secret", every(milliseconds{0})}.check());
}

TEST_CASE("white space: a component too") {
    headstock::ComponentOptions options;
    options.tls = headstock::ComponentTls::unencrypted;
    options.liveness = {};
    options.whitespace_keepalive = milliseconds{1000};
    headstock::BaseComponent component{"bot.e.test", "test", options};
    const auto take = [&] {
        std::string bytes{output_of(component)};
        component.written(bytes.size());
        return bytes;
    };
    component.tick(0);
    component.connected();
    component.received("<stream:stream xmlns='jabber:component:accept' from='bot.e.test' id='1' "
                       "xmlns:stream='http://etherx.jabber.org/streams'><handshake/>");
    take();
    component.tick(1000);
    CHECK(take() == " ");
}
