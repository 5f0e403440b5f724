// Contract 9: a request completes exactly once, with its answer, a refusal, a time-out, or the end.
#include "tests/support/stage.hpp"

#include "headstock/dispatch/requests.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>

using namespace std::chrono_literals;
using headstock::Element, headstock::Errc, headstock::Response;
using support::Stage;

namespace {

Element question(std::string_view id = "1", std::string_view to = "a@x") {
    return headstock::iq_get(to).set("id", id).add(Element{"q", "urn:x"});
}

// Notes how a request ended.
auto note(Stage& stage) {
    return [&stage](const Response& response) {
        if (response) stage.seen.add("result:" + response.payload().xml());
        if (response.refusal()) stage.seen.add("refusal:" + response.message());
        if (response.failure()) stage.seen.add("failure:" + response.failure()->code.message());
    };
}

constexpr auto result = "<iq type='result' id='1' from='a@x'><q xmlns='urn:x'/></iq>";

} // namespace

TEST_CASE("contract 9: a request completes with its result") {
    Stage stage;
    const auto sent = stage.client->request(question(), note(stage));
    REQUIRE(sent);
    CHECK(sent.id == "1");
    CHECK(stage.take() == "<iq type='get' to='a@x' id='1'><q xmlns='urn:x'/></iq>");
    CHECK(stage.seen_in(result) == "result:<q xmlns='urn:x'/>");
}

TEST_CASE("contract 9: an empty result is a result, with an empty payload") {
    Stage stage;
    stage.client->request(question(), [&](const Response& response) {
        CHECK(response);
        CHECK_FALSE(response.payload());
        CHECK(response.stanza().attribute("id") == "1");
        CHECK(response.message().empty());
        stage.seen.add("called");
    });
    CHECK(stage.seen_in("<iq type='result' id='1' from='a@x'/>") == "called");
}

TEST_CASE("contract 9: a request completes with the peer's refusal") {
    Stage stage;
    stage.client->request(question(), note(stage));
    CHECK(stage.seen_in("<iq type='error' id='1' from='a@x'><q xmlns='urn:x'/><error "
                        "type='cancel'><item-not-found "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>"
                        "no such node</text></error></iq>") ==
          "refusal:item-not-found (cancel): no such node");
    stage.client->request(question("2"), note(stage));
    CHECK(stage.seen_in("<iq type='error' id='2' from='a@x'/>") ==
          "refusal:undefined-condition (cancel)");
}

TEST_CASE("contract 9: a request completes with a time-out, its own or the usual one") {
    Stage stage;
    stage.client->request(question("1"), note(stage), 2s);
    stage.client->request(question("2"), note(stage));
    CHECK(stage.client->deadline() == stage.now + 2000);
    stage.pass(1999);
    CHECK(stage.seen.take() == "");
    stage.pass(1);
    CHECK(stage.seen.take() == "failure:timed out");
    CHECK(stage.client->deadline() == stage.now + 58'000);
    stage.pass(58'000);
    CHECK(stage.seen.take() == "failure:timed out");
    CHECK_FALSE(stage.client->deadline());
    stage.pass(1'000'000);
    CHECK(stage.seen_in(result) == "");
}

TEST_CASE("contract 9: a time-out says who did not answer") {
    Stage stage;
    stage.client->request(question(),
                          [&](const Response& response) { stage.seen.add(response.message()); });
    stage.pass(60'000);
    CHECK(stage.seen.take() == "no answer came in time from a@x (to the iq with the id 1)");
}

TEST_CASE("contract 9: a request completes at the end of the session, whatever the end") {
    SUBCASE("lost") {
        Stage stage;
        stage.client->request(question(), note(stage));
        stage.client->disconnected();
        CHECK(stage.seen.take() == "failure:not sent");
    }
    SUBCASE("lost after it was written") {
        Stage stage;
        stage.client->request(question(), note(stage));
        stage.take();
        stage.client->disconnected();
        CHECK(stage.seen.take() == "failure:sent and unanswered");
    }
    SUBCASE("stopped") {
        Stage stage;
        stage.client->request(question(), note(stage));
        stage.take();
        stage.client->stop();
        CHECK(stage.seen.take() == "");
        CHECK(stage.seen_in(result) == "result:<q xmlns='urn:x'/>"); // the stream is still open
        stage.client->request(question(), note(stage));
        stage.says("</stream:stream>");
        stage.client->disconnected();
        CHECK(stage.seen.take() == "");
    }
    SUBCASE("stopped before the answer") {
        Stage stage;
        stage.client->request(question(), note(stage));
        stage.take();
        stage.client->stop();
        stage.says("</stream:stream>");
        stage.client->disconnected();
        CHECK(stage.seen.take() == "failure:sent and unanswered");
        CHECK_FALSE(stage.client->error());
    }
    SUBCASE("a stream error") {
        Stage stage;
        stage.client->request(question(), note(stage));
        stage.says(
            "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
        stage.client->disconnected();
        CHECK(stage.seen.take() == "failure:not sent");
    }
    SUBCASE("before it was ready") {
        support::SessionKit kit;
        support::Notes seen;
        kit.client->request(question(), [&](const Response& response) {
            seen.add(response.failure() ? "failure" : "?");
        });
        kit.client->connected();
        kit.client->disconnected();
        CHECK(seen.take() == "failure");
    }
}

TEST_CASE("contract 9: a request asked before the session is ready is sent then, and answered") {
    support::SessionKit kit;
    support::Notes seen;
    REQUIRE(kit.client->request(
        question(), [&](const Response& response) { seen.add(response ? "yes" : "no"); }));
    kit.login();
    CHECK(kit.take() == "<iq type='get' to='a@x' id='1'><q xmlns='urn:x'/></iq>");
    kit.says(result);
    CHECK(seen.take() == "yes");
}

TEST_CASE("contract 9: what is refused is not sent, and its callback not called") {
    Stage stage;
    const auto refused = [&](const Element& iq) {
        return stage.client->request(iq, note(stage)).error;
    };
    CHECK(refused(headstock::message("a@x", "hi")).code == Errc::invalid_stanza);
    CHECK(refused(headstock::presence()).code == Errc::invalid_stanza);
    CHECK(refused(headstock::iq_get("a@x")).code == Errc::invalid_stanza); // no payload
    CHECK(refused(Element{"iq", "jabber:client"}.set("type", "result").set("id", "1")).code ==
          Errc::invalid_stanza);
    CHECK(refused(Element{}).code == Errc::invalid_stanza);
    REQUIRE(stage.client->request(question(), note(stage)));
    CHECK(
        refused(question()).text ==
        "not sent: another request with the id 1 waits for its answer; give each its own, or none");
    stage.take();
    CHECK(stage.seen_in(result) == "result:<q xmlns='urn:x'/>");
    stage.client->disconnected();
    CHECK(refused(question()).code == Errc::session_over);
    CHECK(stage.seen.take() == "");
}

TEST_CASE("contract 9: a callback may ask again, under the same id, and the id may be used again") {
    Stage stage;
    int asked = 0;
    std::function<void(const Response&)> again = [&](const Response& response) {
        CHECK(response);
        if (++asked < 3) stage.client->request(question(), again);
    };
    stage.client->request(question(), again);
    for (int i = 0; i < 5; ++i) stage.says(result);
    CHECK(asked == 3);
}

TEST_CASE("contract 9: a callback that asks in a time-out or at the end is told so, once") {
    Stage stage;
    stage.client->request(question(), [&](const Response&) {
        CHECK(stage.client->request(question(), note(stage)));
    });
    stage.pass(60'000);
    stage.client->request(question("2"), [&](const Response&) {
        CHECK_FALSE(stage.client->request(question("3"), note(stage)));
    });
    stage.client->disconnected();
    CHECK(stage.seen.take() == "failure:not sent");
}

TEST_CASE("contract 9: a thousand requests complete each by its own answer") {
    Stage stage;
    int right = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto id = std::to_string(i);
        stage.client->request(question(id), [&right, id](const Response& response) {
            right += response.stanza().attribute("id") == id;
        });
    }
    for (int i = 999; i >= 0; --i)
        stage.says("<iq type='result' from='a@x' id='" + std::to_string(i) + "'/>");
    CHECK(right == 1000);
    CHECK_FALSE(stage.client->deadline());
}

TEST_CASE("requests: the oldest deadline is taken first, and each is taken once") {
    headstock::detail::Requests requests;
    CHECK(requests.add({.id = "1", .to = "a@x", .deadline = 30, .number = 1}));
    CHECK(requests.add({.id = "1", .to = "b@x", .deadline = 10, .number = 2}));
    CHECK_FALSE(requests.add({.id = "1", .to = "b@x", .deadline = 10, .number = 3}));
    CHECK(requests.add({.id = "2", .to = "b@x", .deadline = 10, .number = 4}));
    CHECK(requests.next_deadline() == 10u);
    CHECK_FALSE(requests.take_expired(9));
    const headstock::Jid own{"romeo@e.test/r"};
    const auto number = requests.find("1", "b@x", "", own)->number;
    CHECK(requests.take(number)->to == "b@x");
    CHECK_FALSE(requests.take(number));
    CHECK_FALSE(requests.find("1", "b@x", "", own));
    CHECK(requests.take_expired(10)->id == "2");
    CHECK(requests.take_any()->to == "a@x");
    CHECK_FALSE(requests.take_any());
    CHECK(requests.size() == 0);
    CHECK_FALSE(requests.next_deadline());
}

TEST_CASE(
    "a request for the end of its answer keeps nothing of a result and the whole of an error") {
    Stage stage;
    stage.client->on({"i", "urn:x"}, [&](const headstock::Tag& item) {
        stage.seen.add("item:" + std::string{item.attribute("n")});
    });
    const auto ask = [&] {
        stage.client->request_end(question(), [&](const Response& response) {
            if (response)
                stage.seen.add("end:" + std::string{response.stanza().attribute("id")} +
                               response.stanza().first_child().xml());
            if (response.refusal() != nullptr) stage.seen.add(response.message());
        });
    };
    ask();
    CHECK(stage.seen_in("<iq type='result' id='1' from='a@x'><q xmlns='urn:x'><i n='1'/><i n='2'/>"
                        "</q></iq>") == "item:1 item:2 end:1");
    ask();
    CHECK(stage.seen_in("<iq type='error' id='1' from='a@x'><error type='cancel'><gone "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>") ==
          "gone (cancel)");
}

TEST_CASE("D3: a request that is cancelled calls nobody, and its late answer goes nowhere") {
    Stage stage;
    stage.client->on_unhandled(stage.noting("unhandled"));
    const auto alive = std::make_shared<int>(0);
    const auto sent = stage.client->request(
        question(), [alive, seen = note(stage)](const Response& response) { seen(response); });
    CHECK(alive.use_count() == 2);
    CHECK(stage.client->cancel(sent));
    CHECK(alive.use_count() == 1);
    CHECK_FALSE(stage.client->cancel(sent));
    const auto again = stage.client->request(question(), note(stage));
    CHECK(
        again.error.text ==
        "not sent: another request with the id 1 waits for its answer; give each its own, or none");
    CHECK(stage.seen_in(result).empty());
    CHECK(stage.client->request(question(), note(stage)));
}

TEST_CASE("requests: what is no request, or complete, cannot be cancelled") {
    Stage stage;
    CHECK_FALSE(stage.client->cancel(headstock::Delivery{}));
    CHECK_FALSE(stage.client->cancel(stage.client->send_stanza(question("2"))));
    const auto sent = stage.client->request(question(), note(stage));
    CHECK(stage.seen_in(result) != "");
    CHECK_FALSE(stage.client->cancel(sent));
}

TEST_CASE("requests: a callback that is cancelled may destroy the client by its end") {
    Stage stage;
    struct Owner {
        std::unique_ptr<headstock::BaseClient>* client;
        explicit Owner(std::unique_ptr<headstock::BaseClient>& c) : client(&c) {}
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;
        ~Owner() { client->reset(); }
    };
    const auto sent = stage.client->request(
        question(), [owner = std::make_shared<Owner>(stage.client)](const Response&) {});
    CHECK(stage.client->cancel(sent));
    CHECK(stage.client == nullptr);
}

TEST_CASE("requests: a time-out of zero is none, and without one Timeouts::request holds") {
    auto options = support::in_clear();
    options.timeouts.request = 50ms;
    Stage stage{options};
    CHECK(stage.client->request(question("never"), note(stage), 0ms));
    CHECK(stage.client->request(question("usual"), note(stage)));
    stage.pass(1'000'000'000);
    CHECK(stage.seen.take() == "failure:timed out");
    CHECK_FALSE(stage.client->deadline());
    options.timeouts.request = 0ms;
    Stage patient{options};
    CHECK(patient.client->request(question(), note(patient)));
    patient.pass(1'000'000'000);
    CHECK(patient.seen.take().empty());
    CHECK(patient.seen_in(result) == "result:<q xmlns='urn:x'/>");
}

TEST_CASE("requests: one without a time-out that is cancelled gives its id back in a minute") {
    Stage stage;
    const auto sent = stage.client->request(question(), note(stage), 0ms);
    CHECK(stage.client->cancel(sent));
    CHECK(stage.client->deadline());
    stage.pass(59'999);
    CHECK_FALSE(stage.client->request(question(), note(stage)));
    stage.pass(1);
    CHECK(stage.client->request(question(), note(stage)));
    CHECK(stage.seen.take().empty());
}

TEST_CASE("requests: one with an empty callback can be cancelled too, once") {
    Stage stage;
    stage.client->on_unhandled(stage.noting("unhandled"));
    const auto sent = stage.client->request(question(), headstock::ClientApi::OnResponse{});
    CHECK(stage.client->cancel(sent));
    CHECK_FALSE(stage.client->cancel(sent));
    CHECK(stage.seen_in(result).empty());
}

TEST_CASE("requests: a time-out that has passed already is over at once") {
    Stage stage;
    CHECK(stage.client->request(question(), note(stage), -5ms));
    stage.pass(0);
    CHECK(stage.seen.take() == "failure:timed out");
}
