// XEP-0199: a ping is answered, and one of ours comes back as it did.
#include "headstock/extensions/ping.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using headstock::Answer, headstock::Ok, headstock::Ping;
using support::Stage;

TEST_CASE("ping: one from anybody is answered with an empty result") {
    Stage stage;
    Ping ping;
    stage.client->register_handler(ping);
    const std::string payload = "<ping xmlns='urn:xmpp:ping'/></iq>";
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x/y'>" + payload) ==
          support::empty_result("1", "a@x/y"));
    CHECK(stage.answer_to("<iq type='get' id='2'>" + payload) == "<iq type='result' id='2'/>");
    CHECK(stage.answer_to("<iq type='set' id='3' from='a@x/y'>" + payload) ==
          support::error_answer("3", "a@x/y", "service-unavailable"));
}

TEST_CASE("ping: without the object a ping is refused") {
    Stage stage;
    CHECK(
        stage.answer_to("<iq type='get' id='1' from='a@x/y'><ping xmlns='urn:xmpp:ping'/></iq>") ==
        support::error_answer("1", "a@x/y", "service-unavailable"));
}

TEST_CASE("ping: ours tells how long the answer took") {
    Stage stage;
    headstock::ping(*stage.client, "",
                    [&](const Answer<Ok>& answer, std::chrono::microseconds round_trip) {
                        CHECK(answer);
                        CHECK(round_trip >= 0us);
                        CHECK(round_trip < 1min);
                        stage.seen.add("pong");
                    });
    support::Asked asked{stage};
    CHECK(asked.xml == "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
    CHECK(asked.result() == "pong");
}

TEST_CASE("ping: a callback may do without the time, and hears of refusals and of silence") {
    Stage stage;
    const auto note = [&](const Answer<Ok>& answer) { stage.seen.add(answer.message()); };
    headstock::ping(*stage.client, "a@x/y", note);
    CHECK(support::Asked{stage}.error("feature-not-implemented") ==
          "feature-not-implemented (cancel)");
    headstock::ping(*stage.client, "a@x/y", note, 3s);
    stage.pass(2999);
    CHECK(stage.seen.take().empty());
    stage.pass(1);
    CHECK(stage.seen.take().find("no answer") != std::string::npos);
}

TEST_CASE("ping: without a time-out of its own it waits for Timeouts::request, and no longer") {
    Stage stage;
    headstock::ping(*stage.client, "a@x/y",
                    [&](const Answer<Ok>& answer) { stage.seen.add(answer.message()); });
    stage.pass(59'999);
    CHECK(stage.seen.take().empty());
    stage.pass(1);
    CHECK(stage.seen.take().find("no answer") != std::string::npos);
}
