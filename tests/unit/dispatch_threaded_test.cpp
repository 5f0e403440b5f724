// Contract 11: threaded rows: order, answers, exceptions, what they are given, how much may wait.
#include "headstock/payload.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ns = headstock::ns;
using headstock::Condition, headstock::Element, headstock::Match, headstock::Path, headstock::Reply,
    headstock::StanzaError, headstock::Tag;
using support::empty_result, support::error_answer, support::Gate, support::Stage;

namespace {

struct Number {
    int value = 0;
};
HEADSTOCK_PAYLOAD(Number, "n", "urn:x", attribute<&self::value>("value"))

constexpr Match threaded(Path path) {
    Match match{path};
    match.threaded = true;
    return match;
}

std::string asked(std::string_view payload, std::string_view type = "get") {
    return "<iq type='" + std::string{type} + "' id='1' from='a@x/y'>" + std::string{payload} +
           "</iq>";
}
std::string asked() { return asked("<q xmlns='urn:x'/>"); }

// What the client writes next; ten seconds are too long.
std::string awaited(Stage& stage) {
    auto bytes = stage.take();
    for (int i = 0; i < 10'000 && bytes.empty(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
        bytes = stage.take();
    }
    return bytes;
}

// What the client writes to an asker when this is the threaded row for {q, urn:x}.
template <class F>
std::string answer_of(F f, const std::string& question = asked()) {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on(threaded({"q", "urn:x"}), std::move(f));
    stage.says(question);
    return awaited(stage);
}

struct Worker {
    std::vector<std::string> seen{};
    std::thread::id thread{};
    Gate last{};

    void body(Element body, const Tag& message) {
        thread = std::this_thread::get_id();
        seen.push_back(std::string{message.attribute("id")} + ":" + std::string{body.text()});
        if (body.text() == "bye") last.enter();
    }
    Number twice(Number number) { return {number.value * 2}; }
};
HEADSTOCK_HANDLERS(Worker,
                   on<&self::body>("message/body").threaded(),
                   on<&self::twice>("iq@type=get").threaded())

} // namespace

TEST_CASE("contract 11: a threaded row runs elsewhere, in the order of the stream, one at a time") {
    Worker worker; // what is registered outlives the client, which waits for it
    Stage stage;
    stage.client->register_handler(worker);
    std::vector<std::string> expected;
    for (int i = 0; i < 200; ++i) {
        const auto id = std::to_string(i);
        stage.says("<message id='" + id + "'><body>hi</body></message>");
        expected.push_back(id + ":hi");
    }
    stage.says("<message id='last'><body>bye</body></message>");
    expected.emplace_back("last:bye");
    CHECK(worker.last.wait());
    CHECK(worker.seen == expected);
    CHECK(worker.thread != std::this_thread::get_id());
    stage.says(asked("<n xmlns='urn:x' value='1'/>")); // another row is not held up
    CHECK(awaited(stage) ==
          "<iq to='a@x/y' type='result' id='1'><n xmlns='urn:x' value='2'/></iq>");
    worker.last.open();
}

TEST_CASE("contract 11: two threaded rows run side by side") {
    Gate first, second;
    Stage stage;
    stage.client->on(threaded({"message/body"}), [&](Element) { first.enter(); });
    stage.client->on(threaded({"message/body"}), [&](Element) { second.enter(); });
    stage.says("<message><body/></message>");
    CHECK(first.wait());
    CHECK(second.wait());
    first.open();
    second.open();
}

TEST_CASE("contract 11: what a threaded row returns is sent as of any row") {
    const auto result = "<iq to='a@x/y' type='result' id='1'><r xmlns='urn:x'/></iq>";
    CHECK(answer_of([](Element) { return Element{"r", "urn:x"}; }) == result);
    CHECK(answer_of([](Element) { return headstock::ok; }) == empty_result("1", "a@x/y"));
    CHECK(answer_of([](Element) { return StanzaError{Condition::forbidden}; }) ==
          error_answer("1", "a@x/y", "forbidden", "auth"));
    CHECK(answer_of([](Element) { return headstock::Answer<Number>{Number{3}}; }) ==
          "<iq to='a@x/y' type='result' id='1'><n xmlns='urn:x' value='3'/></iq>");
    CHECK(answer_of([](Element) {
              return std::vector<Element>{headstock::presence(), Element{"r", "urn:x"}};
          }) == std::string{"<presence/>"} + result);
    CHECK(answer_of([](Element, const Tag& iq) { return headstock::reply_to(iq); }) ==
          empty_result("1", "a@x/y"));
}

TEST_CASE("contract 11: a threaded row that gives nothing leaves service-unavailable") {
    const auto unavailable = error_answer("1", "a@x/y", "service-unavailable");
    CHECK(answer_of([](Element) { return Element{}; }) == unavailable);
    CHECK(answer_of([](Element) { return headstock::presence(); }) == "<presence/>" + unavailable);
    CHECK(answer_of([](Element) {}) == unavailable);
}

TEST_CASE("contract 11: a threaded row may take the Reply") {
    CHECK(answer_of([](Element, Reply reply) { std::move(reply)(headstock::ok); }) ==
          empty_result("1", "a@x/y"));
    CHECK(answer_of([](Element, Reply) {}) == error_answer("1", "a@x/y", "internal-server-error"));
    CHECK(answer_of([](Element, Reply) { throw std::runtime_error("no"); }) ==
          error_answer("1", "a@x/y", "internal-server-error"));
}

TEST_CASE("contract 11: a threaded row owes the answer as soon as it is to be called") {
    Gate gate;
    Stage stage;
    stage.keep_log();
    stage.client->on(threaded({"q", "urn:x"}), [&](Element) {
        gate.enter();
        return headstock::ok;
    });
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return Element{"other", "urn:x"}; });
    CHECK(stage.answer_to(asked()) == "");
    CHECK(stage.log.find("a second answer to one iq") != stage.log.npos);
    gate.open();
    CHECK(awaited(stage) == empty_result("1", "a@x/y"));
}

TEST_CASE("contract 11: a void threaded row leaves the answer to others, and takes a roster push") {
    Stage stage;
    stage.client->on(threaded({"q", "urn:x"}), [](Element) {});
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return headstock::ok; });
    CHECK(stage.answer_to(asked()) == empty_result("1", "a@x/y"));
    stage.client->on(threaded({"item", ns::roster}), [](Element) {});
    stage.says("<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item/></query></iq>");
    CHECK(awaited(stage) == "<iq type='result' id='1'/>");
}

TEST_CASE("contract 11: what a threaded row throws is reported on the client's thread") {
    Stage stage;
    std::thread::id reported;
    stage.client->on_exception([&](std::string_view row, const std::exception_ptr& error) {
        reported = std::this_thread::get_id();
        try {
            std::rethrow_exception(error);
        } catch (const std::runtime_error& what) {
            stage.seen.add(std::string{row} + ": " + what.what());
        }
    });
    stage.client->on(threaded({"q", "urn:x"}),
                     [](Element) -> Element { throw std::runtime_error("no"); });
    stage.says(asked());
    CHECK(awaited(stage) == error_answer("1", "a@x/y", "internal-server-error"));
    CHECK(stage.seen.take() == "a closure: no");
    CHECK(reported == std::this_thread::get_id());
}

TEST_CASE("contract 11: a payload that does not parse is a bad request that names the field") {
    Worker worker;
    Stage stage;
    stage.keep_log();
    stage.client->register_handler(worker);
    stage.says(asked("<n xmlns='urn:x' value='many'/>"));
    const auto answer = awaited(stage);
    CHECK(answer.find("<bad-request") != answer.npos);
    CHECK(answer.find("value") != answer.npos);
    CHECK(stage.log.find("Worker::twice, since value") != stage.log.npos);
}

TEST_CASE("contract 11: the stanza that a threaded row takes is a copy of its own") {
    Gate first, second;
    std::string tag, whole;
    Stage stage;
    stage.client->on(threaded({"message/body"}), [&](Element body, const Tag& message) {
        first.enter();
        tag = std::string{message.attribute("from")} + ":" + std::string{body.text()};
    });
    stage.client->on(threaded({"message/body"}), [&](Element, const Element& message) {
        second.enter();
        whole = message.child("subject").text();
    });
    stage.says("<message from='a@x'><body>hi</body><subject>of it</subject></message>");
    CHECK(first.wait());
    CHECK(second.wait());
    for (int i = 0; i < 100; ++i) // the stanza's memory is used again
        stage.says("<presence from='other@x'><show>another</show></presence>");
    first.open();
    second.open();
    stage.client->unregister_all(); // waits for both
    CHECK(tag == "a@x:hi");
    CHECK(whole == "of it");
}

TEST_CASE("contract 11: a StanzaError, by value") {
    Stage stage;
    stage.client->on(threaded({"message@type=error"}), [](StanzaError error, const Tag& message) {
        return headstock::message(message.attribute("from"), error.message()).set("id", "2");
    });
    stage.says("<message type='error' from='a@x'><error type='cancel'><gone "
               "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    CHECK(awaited(stage).find("gone (cancel)") != std::string::npos);
}

TEST_CASE("contract 11: once is once") {
    Stage stage;
    auto match = threaded({"q", "urn:x"});
    match.once = true;
    auto held = std::make_shared<int>(0);
    stage.client->on(match, [held](Element) {
        ++*held;
        return headstock::ok;
    });
    stage.says(asked());
    stage.says(asked());
    auto answers = awaited(stage);
    if (answers.find("result") == answers.npos) answers += awaited(stage);
    CHECK(answers.find("result") != answers.npos);
    CHECK(answers.find("service-unavailable") != answers.npos);
    CHECK(*held == 1);
    stage.says("<presence/>");
    CHECK(held.use_count() == 1); // and its closure is gone
}

TEST_CASE("contract 11: more than Limits::threaded is not taken, and an asker is told so") {
    auto options = support::in_clear();
    options.limits.threaded = 10'000;
    Gate gate;
    int calls = 0;
    int told = 0;
    Stage stage{options};
    stage.keep_log();
    stage.client->on_exception([&](std::string_view, std::exception_ptr why) {
        CHECK_THROWS_AS(std::rethrow_exception(why), std::length_error);
        ++told;
    });
    stage.client->on(threaded({"q", "urn:x"}), [&](Element) {
        gate.enter();
        ++calls;
        return headstock::ok;
    });
    std::string refused;
    int taken = -1;
    for (int i = 0; i < 1000 && refused.empty(); ++i, ++taken) refused = stage.answer_to(asked());
    CHECK(refused == error_answer("1", "a@x/y", "resource-constraint", "wait"));
    CHECK(taken > 2);
    CHECK(stage.log.find("more than 10000 (Limits::threaded)") != stage.log.npos);
    CHECK(told == 1);
    stage.client->on(threaded({"void", "urn:x"}), [&](Element) { ++calls; });
    CHECK(stage.answer_to(asked("<void xmlns='urn:x'>" + std::string(10'000, 'x') + "</void>")) ==
          error_answer("1", "a@x/y", "service-unavailable")); // it would not have answered
    gate.open();
    std::string answers, expected;
    for (int i = 0; i < taken; ++i) expected += empty_result("1", "a@x/y");
    while (answers.size() < expected.size()) {
        const auto more = awaited(stage);
        REQUIRE(more != "");
        answers += more;
    }
    CHECK(answers == expected);
    CHECK(calls == taken);
    stage.says(asked()); // there is room again
    CHECK(awaited(stage) == empty_result("1", "a@x/y"));
}

TEST_CASE("contract 11: a BaseClient says on another thread that there is an answer to write") {
    std::promise<std::thread::id> waker;
    Stage stage;
    stage.client->on_wake([&] { waker.set_value(std::this_thread::get_id()); });
    stage.client->on(threaded({"q", "urn:x"}), [](Element) { return headstock::ok; });
    stage.says(asked());
    auto woken = waker.get_future();
    REQUIRE(woken.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
    CHECK(stage.take() == empty_result("1", "a@x/y"));
    CHECK(woken.get() != std::this_thread::get_id());
}

TEST_CASE("contract 11: a closure that borrows its element cannot be threaded") {
    Stage stage;
    CHECK_THROWS_WITH_AS(stage.client->on(threaded({"q", "urn:x"}), [](const Element&) {}),
                         "headstock: a threaded handler takes its element by value",
                         std::invalid_argument);
}
