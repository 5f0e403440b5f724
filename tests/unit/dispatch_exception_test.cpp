// Contract 6: all matching rows run, and an exception ends nothing but the call it left.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Element, headstock::Tag;
using support::Stage;

namespace {

// Writes down what on_exception is given: "row: what".
void note_exceptions(Stage& stage) {
    stage.client->on_exception([&stage](std::string_view row, const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            stage.seen.add("[" + std::string{row} + ": " + exception.what() + "]");
        } catch (int number) {
            stage.seen.add("[" + std::string{row} + ": " + std::to_string(number) + "]");
        }
    });
}

struct Thrower {
    void body(const Tag&) { throw std::runtime_error("no"); }
    void ready() { throw std::runtime_error("not ready"); }
    void stopping() { throw 1; }
    void cleanup() { throw 2; }
    void terminated() { throw 3; }
};
HEADSTOCK_HANDLERS(Thrower, on<&self::body>("message/body"))

} // namespace

TEST_CASE("contract 6: all matching rows run") {
    Stage stage;
    for (const auto* name : {"1", "2", "3"}) stage.client->on("message", stage.noting(name));
    stage.client->on("message/body", stage.noting("body"));
    CHECK(stage.seen_in("<message><body/></message>") == "body 1 2 3");
}

TEST_CASE(
    "contract 6: an exception is given to on_exception with the row's name, and the others go on") {
    Stage stage;
    note_exceptions(stage);
    Thrower thrower;
    stage.client->register_handler(thrower);
    stage.client->on("message/body", [](const Tag&) { throw 7; });
    stage.client->on("message/body", stage.noting("third"));
    stage.client->on("message", stage.noting("message"));
    CHECK(stage.seen.take() == "[ready: not ready]");
    const auto seen = stage.seen_in("<message><body/></message>");
    CHECK(seen.find("Thrower::body: no]") != seen.npos);
    CHECK(seen.find("[a closure: 7] third message") != seen.npos);
    CHECK(stage.seen_in("<message/>") == "message");
}

TEST_CASE("H4: what every kind of call throws is caught (contract 6)") {
    using Throw = std::function<void()>;
    for (const Throw& raise : {Throw{[] { throw std::runtime_error("x"); }}, Throw{[] { throw 5; }},
                               Throw{[] { throw std::bad_alloc(); }}}) {
        Stage stage;
        int caught = 0;
        stage.client->on_exception([&](std::string_view, const std::exception_ptr&) { ++caught; });
        stage.client->on("message", [&](const Tag&) { raise(); });
        stage.client->on_unhandled([&](const Tag&) { raise(); });
        stage.client->register_on_iq([&](const Tag&) { raise(); });
        stage.client->request(headstock::iq_get().set("id", "1").add(Element{"q", "urn:x"}),
                              [&](const headstock::Response&) { raise(); });
        stage.client->request(headstock::iq_get().set("id", "2").add(Element{"q", "urn:x"}),
                              [&](const headstock::Response&) { raise(); });
        stage.says("<message/>");
        CHECK(caught == 1);
        stage.says("<presence/>");
        CHECK(caught == 2);
        stage.says("<iq type='get' id='9'><q xmlns='urn:x'/></iq>");
        CHECK(caught == 3);
        stage.says("<iq type='result' id='1'/>"); // the waiter, then the callback
        CHECK(caught == 5);
        stage.pass(60'000);
        CHECK(caught == 6);
        CHECK(stage.client->ready());
    }
}

TEST_CASE("contract 6: a hook that throws does not keep the others from being told") {
    Stage stage;
    note_exceptions(stage);
    struct Quiet {
        Stage& stage;
        void stopping() { stage.seen.add("stopping"); }
        void cleanup() { stage.seen.add("cleanup"); }
        void terminated() { stage.seen.add("terminated"); }
    };
    Thrower thrower;
    Quiet quiet{stage};
    stage.client->register_handler(thrower);
    stage.client->register_handler(quiet);
    stage.seen.take();
    stage.client->stop();
    CHECK(stage.seen.take() == "[stopping: 1] stopping");
    stage.client->disconnected();
    CHECK(stage.seen.take() == "[cleanup: 2] cleanup [terminated: 3] terminated");
}

TEST_CASE("contract 6: a row that throws at one item is called for the next") {
    Stage stage;
    stage.client->on_exception(
        [&](std::string_view, const std::exception_ptr&) { stage.seen.add("thrown"); });
    stage.client->on({"item", ns::roster}, [&](const Tag& item) {
        if (item.attribute("n") == "2") throw 0;
        stage.seen.add(item.attribute("n"));
    });
    CHECK(stage.seen_in("<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item n='1'/><item "
                        "n='2'/><item n='3'/>"
                        "</query></iq>") == "1 thrown 3");
}

TEST_CASE("contract 6: on_exception may replace itself, and the log names the row") {
    Stage stage;
    stage.keep_log();
    stage.client->on_exception([&](std::string_view, const std::exception_ptr&) {
        stage.client->on_exception(
            [&](std::string_view, const std::exception_ptr&) { stage.seen.add("second"); });
        stage.seen.add("first");
    });
    stage.client->on("message", [](const Tag&) { throw 0; });
    CHECK(stage.seen_in("<message/>") == "first");
    CHECK(stage.seen_in("<message/>") == "second");
    CHECK(stage.log.find("-- an exception left a closure\n") != stage.log.npos);
}

TEST_CASE("contract 6: an iq whose row threw and that nobody answered gets internal-server-error") {
    Stage stage;
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->on({"q", "urn:x"}, [](const Tag&) { throw 0; });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>") ==
          support::error_answer("1", "a@x", "internal-server-error"));
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return headstock::ok; });
    CHECK(stage.answer_to("<iq type='get' id='2' from='a@x'><q xmlns='urn:x'/></iq>") ==
          support::empty_result("2", "a@x"));
}

TEST_CASE("H4: an on_exception that throws itself ends nothing (contract 6)") {
    Stage stage;
    stage.keep_log();
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) { throw 1; });
    stage.client->on("message/body", [](const Tag&) { throw 2; });
    stage.client->on("message", stage.noting("message"));
    CHECK(stage.seen_in("<message><body/></message><message/>") == "message message");
    CHECK(stage.log.find("-- the function given to on_exception threw itself\n") != stage.log.npos);
}

TEST_CASE("contract 6: text that XML cannot carry is the mistake of the row that made it") {
    Stage stage;
    stage.client->on_exception(
        [&](std::string_view, const std::exception_ptr&) { stage.seen.add("thrown"); });
    stage.client->on({"q", "urn:x"},
                     [](const Tag& q) { return Element{q.name()}.add_text("\x01"); });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>") ==
          support::error_answer("1", "a@x", "internal-server-error"));
    CHECK(stage.seen.take() == "thrown");
}

TEST_CASE("contract 6: a returned text that XML cannot carry is the row's exception") {
    support::SessionKit kit;
    std::string reported;
    kit.client->on_exception([&](std::string_view row, std::exception_ptr) { reported = row; });
    kit.client->on(headstock::Path{"iq@type=get"}, [](const bridge::Tag&) {
        return headstock::StanzaError{headstock::Condition::bad_request, "na\xefve"};
    });
    kit.login();
    kit.take();
    kit.says("<iq type='get' id='1' from='a@x'><query xmlns='urn:q'/></iq>");
    CHECK(reported == "a closure");
    CHECK(kit.take().find("internal-server-error") != std::string::npos);
}

TEST_CASE("stop() before connected() is not undone by it") {
    support::SessionKit kit;
    kit.client->stop();
    kit.client->connected();
    CHECK(kit.take().empty());
    CHECK(kit.client->wants_close());
}
