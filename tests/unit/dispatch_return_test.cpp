// Contract 7: what a handler returns, and that an iq get or set has one answer.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace ns = headstock::ns;
using headstock::Condition, headstock::Element, headstock::StanzaError, headstock::Tag;
using support::empty_result, support::error_answer, support::Stage;

namespace {

constexpr auto get = "<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>";
constexpr auto set = "<iq type='set' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>";
const auto unavailable = error_answer("1", "a@x/y", "service-unavailable");

// The answer to `get` when one row for its payload returns what `f` gives.
template <class F>
std::string answer_of(F f) {
    Stage stage;
    stage.client->on({"q", "urn:x"}, [f](const Tag&) { return f(); });
    return stage.answer_to(get);
}

std::string with(const std::string& payload) {
    return "<iq to='a@x/y' type='result' id='1'>" + payload + "</iq>";
}

} // namespace

TEST_CASE("contract 7: the payload, ok, StanzaError, iq result or error returned is the answer") {
    CHECK(answer_of([] {
              return Element{"q", "urn:x"}.set("a", "1");
          }) == with("<q xmlns='urn:x' a='1'/>"));
    CHECK(answer_of([] { return headstock::ok; }) == empty_result("1", "a@x/y"));
    CHECK(answer_of([] { return StanzaError{Condition::forbidden}; }) ==
          error_answer("1", "a@x/y", "forbidden", "auth"));
    CHECK(answer_of([] {
              return std::optional{Element{"q", "urn:x"}};
          }) == with("<q xmlns='urn:x'/>"));
    CHECK(answer_of([] { return std::optional{StanzaError{Condition::gone}}; }) ==
          error_answer("1", "a@x/y", "gone"));
    CHECK(answer_of([] {
              return std::vector{Element{"q", "urn:x"}};
          }) == with("<q xmlns='urn:x'/>"));
    CHECK(answer_of([] {
              return Element{"iq", ns::client}.set("type", "result").add(Element{"r", "urn:x"});
          }) == "<iq type='result' id='1' to='a@x/y'><r xmlns='urn:x'/></iq>");
    CHECK(
        answer_of([] {
            return Element{"iq", ns::client}.set("type", "error").set("id", "1").set("to", "a@x/y");
        }) == "<iq type='error' id='1' to='a@x/y'/>");
}

TEST_CASE("contract 7: an empty element, optional or vector is nothing") {
    CHECK(answer_of([] { return Element{}; }) == unavailable);
    CHECK(answer_of([] { return std::optional<Element>{}; }) == unavailable);
    CHECK(answer_of([] { return std::optional<StanzaError>{}; }) == unavailable);
    CHECK(answer_of([] { return std::optional{Element{}}; }) == unavailable);
    CHECK(answer_of([] { return std::vector<Element>{}; }) == unavailable);
    CHECK(answer_of([] { return std::vector<Element>{{}, {}}; }) == unavailable);
}

TEST_CASE("contract 7: the first answer counts, later ones are logged") {
    Stage stage;
    stage.keep_log();
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return Element{"first", "urn:x"}; });
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return Element{"second", "urn:x"}; });
    stage.client->on("iq", [](const Tag&) { return headstock::ok; });
    stage.client->register_on_iq([](const Tag&) { return StanzaError{Condition::gone}; });
    CHECK(stage.answer_to(get) == with("<first xmlns='urn:x'/>"));
    const std::string line = "-- dropped what a closure returned: a second answer to one iq\n";
    CHECK(stage.log.find(line) != stage.log.npos);
    CHECK(stage.log.find(line, stage.log.find(line) + 1) != stage.log.npos);
}

TEST_CASE("contract 7: of a vector of payloads the first is the answer") {
    CHECK(answer_of([] {
              return std::vector{Element{"a", "urn:x"}, Element{"b", "urn:x"}};
          }) == with("<a xmlns='urn:x'/>"));
}

TEST_CASE("contract 7: a Reply taken is the answer, also when something is returned later") {
    Stage stage;
    std::optional<headstock::Reply> later;
    stage.client->on({"q", "urn:x"},
                     [&](const Tag&, headstock::Reply reply) { later = std::move(reply); });
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return headstock::ok; });
    stage.client->on({"q", "urn:x"},
                     [](const Tag&, headstock::Reply second) { std::move(second)(headstock::ok); });
    CHECK(stage.answer_to(get) == "");
    std::move (*later)(Element{"late", "urn:x"});
    CHECK(stage.take() == with("<late xmlns='urn:x'/>"));
}

TEST_CASE("contract 7: any other stanza returned is sent as it is, and answers nothing") {
    Stage stage;
    stage.client->on({"q", "urn:x"},
                     [](const Tag&) { return headstock::presence().set("to", "b@x"); });
    CHECK(stage.answer_to(get) == "<presence to='b@x'/>" + unavailable);
    stage.client->unregister_all();
    stage.client->on({"q", "urn:x"}, [](const Tag&) {
        return std::vector{headstock::message("b@x", "hi").set("id", "m"), Element{"q", "urn:x"},
                           headstock::iq_get("c@x").set("id", "i").add(Element{"z", "urn:z"})};
    });
    CHECK(stage.answer_to(get) == "<message to='b@x' type='chat' id='m'><body>hi</body></message>" +
                                      with("<q xmlns='urn:x'/>") +
                                      "<iq type='get' to='c@x' id='i'><z xmlns='urn:z'/></iq>");
}

TEST_CASE("contract 7: where nothing was asked, stanzas are sent and the rest is logged") {
    Stage stage;
    stage.keep_log();
    stage.client->on("message/a", [](const Tag& a) {
        return headstock::reply_to(a.parent()).set("id", "1").add("body", "x");
    });
    stage.client->on("message/b", [](const Tag&) { return Element{"q", "urn:x"}; });
    stage.client->on("message/c", [](const Tag&) { return StanzaError{}; });
    stage.client->on("message/d", [](const Tag&) { return headstock::ok; });
    CHECK(stage.answer_to("<message from='a@x/y' type='chat'><a/></message>") ==
          "<message to='a@x/y' type='chat' id='1'><body>x</body></message>");
    CHECK(stage.answer_to("<message from='a@x/y'><b/><c/><d/></message>") == "");
    for (const auto* why : {"an element that is no stanza, where nothing was asked",
                            "an error, where nothing was asked", "ok, where nothing was asked"}) {
        CHECK(stage.log.find("-- dropped what a closure returned: " + std::string{why} + "\n") !=
              stage.log.npos);
    }
}

TEST_CASE("D5: an iq get or set that nobody answered gets service-unavailable, once (contract 7)") {
    Stage stage;
    CHECK(stage.answer_to(get) == unavailable);
    CHECK(stage.answer_to(set) == unavailable);
    stage.client->on({"q", "urn:x"}, stage.noting("seen"));
    stage.client->on("iq@type=result", stage.noting("seen"));
    CHECK(stage.answer_to(get) == unavailable);
    CHECK(stage.answer_to("<iq type='get' id='1'><q xmlns='urn:x'/></iq>") ==
          "<iq type='error' id='1'><error type='cancel'><service-unavailable "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

TEST_CASE("contract 7: a void row on a guarded set counts as ok") {
    const std::string push =
        "<iq type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='a@x'/></query></iq>";
    const std::string thanks = "<iq type='result' id='p'/>";
    SUBCASE("for the query") {
        Stage stage;
        stage.client->on({"query", ns::roster}, stage.noting("query"));
        CHECK(stage.answer_to(push) == thanks);
    }
    SUBCASE("for what is inside it") {
        Stage stage;
        stage.client->on({"item", ns::roster}, stage.noting("item"));
        CHECK(stage.answer_to(push) == thanks);
    }
    SUBCASE("for both, once") {
        Stage stage;
        stage.client->on({"item", ns::roster}, stage.noting("item"));
        stage.client->on({"query", ns::roster}, stage.noting("query"));
        CHECK(stage.answer_to(push) == thanks);
    }
    SUBCASE("not for every iq: that one looks at it, it does not take it") {
        Stage stage;
        stage.client->on("iq", stage.noting("iq"));
        stage.client->register_on_iq(stage.noting("waiter"));
        CHECK(stage.answer_to(push).find("service-unavailable") != std::string::npos);
    }
    SUBCASE("not for a get") {
        Stage stage;
        stage.client->on({"item", ns::roster}, stage.noting("item"));
        CHECK(stage
                  .answer_to(
                      "<iq type='get' id='p'><query xmlns='jabber:iq:roster'><item/></query></iq>")
                  .find("service-unavailable") != std::string::npos);
    }
}

TEST_CASE("D5: a result or an error is never answered (contract 7)") {
    Stage stage;
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return Element{"answer", "urn:x"}; });
    stage.client->on("iq@type=error", [](const Tag&) { return headstock::ok; });
    stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
    stage.client->register_on_iq([](const Tag&) { throw 0; });
    for (const auto* type : {"result", "error"}) {
        stage.client->send_stanza(
            headstock::iq_get("a@x").set("id", "1").add(Element{"q", "urn:x"}));
        stage.take();
        CHECK(stage.answer_to("<iq type='" + std::string{type} +
                              "' id='1' from='a@x'><q xmlns='urn:x'/></iq>") == "");
    }
    CHECK(stage.answer_to("<iq type='result' id='2' from='a@x'><q xmlns='urn:x'/></iq>") == "");
    CHECK(stage.answer_to("<iq type='error' id='2' from='a@x'/>") == "");
}

TEST_CASE("contract 7: two iqs in one read are answered each") {
    Stage stage;
    stage.client->on({"q", "urn:x"}, [](const Tag&) { return headstock::ok; });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x'><q xmlns='urn:x'/></iq>"
                          "<iq type='get' id='2' from='b@x'><r xmlns='urn:x'/></iq>"
                          "<iq type='set' id='3' from='c@x'><q xmlns='urn:x'/></iq>") ==
          empty_result("1", "a@x") + error_answer("2", "b@x", "service-unavailable") +
              empty_result("3", "c@x"));
}
