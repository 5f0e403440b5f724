// What holds when one allocation fails: callers see nothing half done, what is owed is given all
// the same.
#include "bridge/element.hpp"
#include "bridge/error.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using headstock::Element, headstock::Errc, headstock::Reply, headstock::Tag;
using support::empty_result, support::error_answer, support::Gate, support::Stage;
using test::HeapFault;
using namespace std::chrono_literals;

namespace {

constexpr auto from_then_on = HeapFault::Lasts::from_then_on;
constexpr std::string_view question = "<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>";
const auto internal_server_error = error_answer("1", "a@x/y", "internal-server-error", "cancel");

// Keeps the Reply of the question it is asked.
struct Asked : Stage {
    Asked() {
        client->on({"q", "urn:x"}, [this](const Tag&, Reply given) { reply = std::move(given); });
        CHECK(answer_to(question) == "");
    }
    Reply reply;
};

// Calls `f` with its first allocation failing, then its second, and so on until none does.
// `unchanged` is asked after each throw.  How often it threw.
template <class F, class Unchanged>
std::size_t throws_until_it_works(F f, Unchanged unchanged) {
    for (std::size_t nth = 1;; ++nth) {
        HeapFault fault{nth};
        try {
            f();
            return nth - 1;
        } catch (const std::bad_alloc&) {
            fault.lift();
            CHECK(unchanged());
        }
        REQUIRE(nth < 100);
    }
}

} // namespace

TEST_CASE("a Reply that is dropped when there is no memory is an error all the same (issue 9.9)") {
    Asked stage;
    {
        const HeapFault fault{1, from_then_on};
        stage.reply = Reply{};
    }
    CHECK(stage.take() == internal_server_error);
}

TEST_CASE("an answer for which memory runs out is still owed (issue 9.9)") {
    Asked stage;
    const auto answer = Element{"r", "urn:x"}.add("text", std::string(5000, 'x'));
    const auto threw = throws_until_it_works([&] { std::move(stage.reply)(answer); },
                                             [&] { return stage.take().empty(); });
    CHECK(threw > 0);
    const auto sent = stage.take();
    CHECK(sent.starts_with("<iq to='a@x/y' type='result' id='1'><r xmlns='urn:x'>"));
    CHECK(sent.size() > 5000);
}

TEST_CASE("a row is unregistered without memory, and what its calls owe is answered (issue 9.9)") {
    auto options = support::in_clear();
    options.workers = 1;
    Stage stage{options};
    Gate gate;
    headstock::Match threaded{headstock::Path{"iq@type=get", "q", "urn:x"}};
    threaded.threaded = true;
    const auto row = stage.client->on(threaded, [&](Element) {
        gate.enter();
        return headstock::ok;
    });
    stage.says(question);
    CHECK(gate.wait());
    stage.says("<iq type='get' id='2' from='a@x/y'><q xmlns='urn:x'/></iq>");
    auto opener = gate.open_soon();
    {
        const HeapFault fault{1, from_then_on};
        CHECK(stage.client->unregister(row));
    }
    opener.join();
    const auto answers = stage.take();
    CHECK(answers.find(empty_result("1", "a@x/y")) != answers.npos);
    CHECK(answers.find(error_answer("2", "a@x/y", "internal-server-error", "cancel")) !=
          answers.npos);
}

TEST_CASE("what is sent without memory leaves no trace, and may be sent again (issue 9.9)") {
    Stage stage;
    int ended = 0;
    bool sent = false;
    const auto untouched = [&] { return ended == 0 && stage.take().empty(); };
    const auto message = headstock::message("a@x", "a text that is longer than a short one");
    auto iq = headstock::iq_get("a@x").set("id", "an id of the caller").add(Element{"q", "urn:x"});
    CHECK(
        throws_until_it_works([&] { sent = static_cast<bool>(stage.client->send_stanza(message)); },
                              untouched) > 0);
    CHECK(sent);
    CHECK(stage.take().find("a text that is longer") != std::string::npos);
    CHECK(throws_until_it_works(
              [&] {
                  sent = static_cast<bool>(
                      stage.client->send_raw_stanza("<presence to='somebody@x'/>"));
              },
              untouched) > 0);
    CHECK(stage.take() == "<presence to='somebody@x'/>");
    CHECK(throws_until_it_works(
              [&] {
                  sent = static_cast<bool>(
                      stage.client->request(iq, [&](const headstock::Response&) { ++ended; }));
              },
              untouched) > 0);
    CHECK(stage.take().find("an id of the caller") != std::string::npos);
    stage.says("<iq type='result' from='a@x' id='an id of the caller'/>");
    CHECK(ended == 1);
    CHECK(stage.client->deadline() == std::nullopt); // no request and no timer is left behind
}

TEST_CASE(
    "what is registered without memory is not there, and may be registered again (issue 9.9)") {
    struct Object {
        void ready() {}
    } first, second;
    Stage stage;
    int calls = 0;
    const auto nothing = [&] { return calls == 0; };
    CHECK(throws_until_it_works([&] { stage.client->register_handler(first); }, nothing) > 0);
    CHECK(throws_until_it_works([&] { stage.client->swap_handler(first, second); }, nothing) > 0);
    CHECK(throws_until_it_works(
              [&] { stage.client->on("message/body", [&](const Tag&) { ++calls; }); }, nothing) >
          0);
    CHECK(throws_until_it_works([&] { stage.client->after(1ms, [&] { ++calls; }); }, nothing) > 0);
    CHECK(throws_until_it_works([&] { stage.client->emit(std::string{"an event"}); }, nothing) > 0);
    CHECK_THROWS_AS(stage.client->register_handler(second), std::invalid_argument);
    stage.pass(1);
    stage.says("<message><body>once</body></message>");
    CHECK(calls == 2);
}

TEST_CASE("a request that times out when there is no memory is told so (issue 9.9)") {
    Stage stage;
    Errc code{};
    CHECK(stage.client->request(headstock::iq_get("a@x").add(Element{"q", "urn:x"}),
                                [&](const headstock::Response& response) {
                                    REQUIRE(response.failure() != nullptr);
                                    code = static_cast<Errc>(response.failure()->code.value());
                                }));
    {
        const HeapFault fault{1, from_then_on};
        stage.pass(120'000);
    }
    CHECK(code == Errc::timed_out);
}

TEST_CASE("the server is told of a resource-constraint, and of no fault of its own (issue 9.9)") {
    std::size_t told = 0;
    for (std::size_t nth = 1;; ++nth) {
        Stage stage;
        stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        stage.client->on("message/body", [](const Element&) {});
        HeapFault fault{nth};
        stage.says("<message from='a@x'><body>the first of its kind</body></message>");
        fault.lift();
        if (fault.asked() < nth) break;
        if (!stage.client->wants_close()) continue;
        ++told;
        CHECK(stage.client->error().code == Errc::out_of_memory);
        CHECK(stage.take() == "<stream:error><resource-constraint "
                              "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                              "</stream:stream>");
    }
    CHECK(told > 0);
}

TEST_CASE("XML for which memory runs out is not called malformed (issue 9.9)") {
    const std::string xml =
        "<a xmlns='urn:a' b='c'><d xmlns='urn:d'>" + std::string(5000, 'x') + "</d></a>";
    std::optional<Element> parsed;
    bridge::ParseError error;
    const auto threw = throws_until_it_works([&] { parsed = Element::parse(xml, &error); },
                                             [&] { return !parsed && !error; });
    CHECK(threw > 10);
    CHECK(parsed.value().xml() == xml);
}
