// stop(): the last words, and what may still be said.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>

using headstock::BaseClient, headstock::Errc;
using support::Stage;

namespace {
struct Enough {};
} // namespace

TEST_CASE("stop: unavailable presence is sent when presence was, and only then") {
    const auto last_words = [](auto prepare) {
        Stage stage;
        prepare(*stage.client);
        stage.take();
        stage.client->stop();
        return stage.take();
    };
    const std::string leave = "<presence type='unavailable'/></stream:stream>";
    CHECK(last_words([](BaseClient&) {}) == "</stream:stream>");
    CHECK(last_words([](BaseClient& c) { c.send_stanza(headstock::presence()); }) == leave);
    CHECK(last_words([](BaseClient& c) {
              c.send_raw_stanza("<presence><show>away</show></presence>");
          }) == leave);
    CHECK(last_words([](BaseClient& c) {
              c.send_stanza(headstock::presence().set("to", "a@x"));
          }) == "</stream:stream>");
    CHECK(last_words([](BaseClient& c) {
              c.send_stanza(headstock::presence());
              c.send_stanza(headstock::presence().set("to", "a@x").set("type", "subscribe"));
              c.send_stanza(headstock::presence().set("to", "a@x").set("type", "unavailable"));
          }) == leave);
    CHECK(last_words([](BaseClient& c) {
              c.send_stanza(headstock::presence());
              c.send_stanza(headstock::presence().set("type", "unavailable"));
          }) == "</stream:stream>");
}

TEST_CASE("stop: what a stopping hook sends still goes out, what comes later is refused") {
    struct Last {
        Stage& stage;
        void stopping() {
            stage.client->send_stanza(headstock::message("a@x", "bye").set("id", "1"));
        }
        void cleanup() {
            CHECK(stage.client->send_stanza(headstock::presence()).error.code ==
                  Errc::session_over);
        }
    };
    Stage stage;
    Last last{stage};
    stage.client->register_handler(last);
    stage.client->stop();
    CHECK(stage.take() ==
          "<message to='a@x' type='chat' id='1'><body>bye</body></message></stream:stream>");
    CHECK_FALSE(stage.client->send_stanza(headstock::presence()));
    stage.client->disconnected();
}

TEST_CASE("stop: called where events are given, it writes the answers that were there before") {
    Stage stage;
    std::optional<headstock::Reply> reply;
    stage.client->on("iq@type=get/{urn:x}q", [&](const headstock::Tag&, headstock::Reply taken) {
        reply.emplace(std::move(taken));
    });
    stage.client->on_event([&](const Enough&) { stage.client->stop(); });
    stage.says("<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>");
    stage.client->emit(Enough{});
    std::move (*reply)(headstock::ok);
    CHECK(stage.take() == support::empty_result("1", "a@x/y") + "</stream:stream>");
}
