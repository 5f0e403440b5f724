// docs/extensions.md: its code compiles, and does what the page says.
#include "extension_page.hpp" // made of the page
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using support::Asked, support::Stage;

namespace {

struct PageStage : Stage {
    PageStage() {
        client->on_event([this](const pinging::AnsweringChanged& event) {
            seen.add(event.who + (event.answers ? ":answers" : ":silent"));
        });
        client->register_handler(*watch);
    }
    std::unique_ptr<pinging::PingWatch> watch = std::make_unique<pinging::PingWatch>("a@e.test/x");
};

} // namespace

TEST_CASE("extension page: a ping is answered") {
    Stage stage;
    pinging::Pong pong;
    stage.client->register_handler(pong);
    CHECK(
        stage.answer_to("<iq type='get' id='1' from='a@x/y'><ping xmlns='urn:xmpp:ping'/></iq>") ==
        support::empty_result("1", "a@x/y"));
}

TEST_CASE("extension page: one who is watched is asked when the session is ready, and told of") {
    PageStage stage;
    Asked first{stage};
    CHECK(first.xml == "<iq type='get' to='a@e.test/x'><ping xmlns='urn:xmpp:ping'/></iq>");
    CHECK_FALSE(stage.watch->answers());
    CHECK(first.result() == "a@e.test/x:answers");
    CHECK(stage.watch->answers());
    REQUIRE(stage.watch->ping());
    CHECK(Asked{stage}.error("service-unavailable").empty()); // which is an answer, as before
    REQUIRE(stage.watch->ping());
    stage.pass(60'000);
    CHECK(stage.seen.take() == "a@e.test/x:silent");
    CHECK_FALSE(stage.watch->answers());
}

TEST_CASE("extension page: outside a session nothing is sent, and the words say what to do") {
    pinging::PingWatch watch{"a@e.test/x"};
    CHECK(watch.ping().error.code == headstock::Errc::session_over);
    CHECK(watch.ping().error.text.find("this PingWatch is in no session") != std::string::npos);
    {
        Stage stage;
        stage.client->register_handler(watch);
        CHECK(Asked{stage}.result().empty()); // nobody listens to its event
        CHECK(watch.answers());
        stage.client->disconnected();
        CHECK_FALSE(watch.answers());
        CHECK_FALSE(watch.ping());
    }
    {
        Stage stage;
        stage.client->register_handler(watch); // the next session
        CHECK(watch.ping());
    }
    CHECK_FALSE(watch.ping()); // the client was destroyed without a cleanup
}

TEST_CASE("extension page: an answer that comes when the object is gone goes nowhere") {
    PageStage stage;
    Asked asked{stage};
    stage.client->unregister_handler(*stage.watch);
    stage.watch.reset();
    CHECK(asked.result().empty());
}
