// Typed requests: Answer<T> is what was asked for, the peer's no, or no answer; exactly once.
#include "headstock/payload.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <string>

using headstock::Answer, headstock::Condition, headstock::Element, headstock::Errc, headstock::Ok;
using headstock::Response, headstock::StanzaError;
using support::Stage;

namespace {

struct Ask {};
HEADSTOCK_PAYLOAD(Ask, "query", headstock::ns::version)
struct Version {
    std::string name{};
};
HEADSTOCK_PAYLOAD(Version, "query", headstock::ns::version, child_text<&self::name>("name"))

template <class T>
std::string kind(const Answer<T>& answer) {
    if (answer) return "value";
    return answer.refusal() != nullptr ? "refusal: " + answer.message()
                                       : "failure: " + answer.message();
}

// The id of the one request that the client wrote.
std::string id_of(const std::string& xml) {
    return std::string{Element::parse(xml).value().attribute("id")};
}

// Asks for a T; gives what the answer with this payload (and type) came to.
template <class T>
std::string answered(const std::string& payload, const std::string& type = "result") {
    Stage stage;
    std::string seen;
    CHECK(stage.client->request("a@x", Ask{},
                                [&](const Answer<T>& answer) { seen += kind(answer); }));
    const auto id = id_of(stage.take());
    stage.says("<iq type='" + type + "' id='" + id + "' from='a@x'>" + payload + "</iq>");
    stage.pass(1'000'000);
    return seen;
}

const std::string refused =
    "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

} // namespace

TEST_CASE("typed requests: an iq get with the payload goes out, and its result is read") {
    Stage stage;
    std::string name;
    const auto delivery = stage.client->request("a@x", Ask{}, [&](const Answer<Version>& answer) {
        if (answer) name = answer->name + answer->name + (*answer).name;
    });
    REQUIRE(delivery);
    CHECK(stage.take() == "<iq id='" + delivery.id +
                              "' type='get' to='a@x'><query xmlns='jabber:iq:version'/></iq>");
    stage.says("<iq type='result' id='" + delivery.id +
               "' from='a@x'><query xmlns='jabber:iq:version'><name>n</name></query></iq>");
    CHECK(name == "nnn");
}

TEST_CASE("typed requests: a value, the peer's no, or neither") {
    CHECK(answered<Version>("<query xmlns='jabber:iq:version'><name>n</name></query>") == "value");
    CHECK(answered<Version>(refused, "error") == "refusal: item-not-found (cancel)");
    CHECK(answered<Version>("<query xmlns='jabber:iq:version'/>") ==
          "failure: the result of a@x is not what was asked for: name is missing");
    CHECK(answered<Version>("") ==
          "failure: the result of a@x is not what was asked for: query is missing");
    CHECK(answered<Version>("<x xmlns='urn:x'/>") ==
          "failure: the result of a@x is not what was asked for: query of jabber:iq:version was "
          "expected, and <x> of urn:x came");
}

TEST_CASE("typed requests: Answer<Ok> takes any result, Answer<Element> any payload") {
    CHECK(answered<Ok>("") == "value");
    CHECK(answered<Ok>("<x xmlns='urn:x'/>") == "value");
    CHECK(answered<Ok>(refused, "error") == "refusal: item-not-found (cancel)");
    CHECK(answered<Element>("<x xmlns='urn:x'/>") == "value");
    CHECK(answered<Element>("") == "value");
}

TEST_CASE("typed requests: no answer in time, or no session any more, is an Error") {
    Stage stage;
    std::string seen;
    const auto note = [&](const Answer<Version>& answer) {
        REQUIRE(answer.failure());
        seen += answer.failure()->code == Errc::timed_out ? "late " : "ended ";
        CHECK_THROWS_AS((void)*answer, std::logic_error);
    };
    stage.client->request("a@x", Ask{}, note, std::chrono::seconds{1});
    stage.client->request("b@x", Ask{}, note, std::chrono::seconds{100});
    stage.pass(1001);
    CHECK(seen == "late ");
    stage.client->disconnected();
    CHECK(seen == "late ended ");
}

TEST_CASE("typed requests: a set, and an element made elsewhere, have typed answers too") {
    Stage stage;
    std::string seen;
    stage.client->request(headstock::iq_set("a@x").set("id", "1").add(Version{"n"}),
                          [&](const Answer<Ok>& answer) { seen += kind(answer); });
    CHECK(stage.take() == "<iq type='set' to='a@x' id='1'><query "
                          "xmlns='jabber:iq:version'><name>n</name></query></iq>");
    stage.says("<iq type='result' id='1' from='a@x'/>");
    CHECK(seen == "value");
}

TEST_CASE("typed requests: the callback may take the Response, and may be a std::function") {
    Stage stage;
    std::string seen;
    stage.client->request("a@x", Ask{},
                          [&](const Response& response) { seen += response ? "1" : "?"; });
    stage.says("<iq type='result' id='" + id_of(stage.take()) + "' from='a@x'/>");
    const std::function<void(const Answer<Ok>&)> function = [&](const Answer<Ok>&) { seen += "2"; };
    stage.client->request("a@x", Ask{}, function);
    stage.says("<iq type='result' id='" + id_of(stage.take()) + "' from='a@x'/>");
    CHECK(seen == "12");
}

TEST_CASE("typed messages: send_stanza with an address and a payload") {
    Stage stage;
    const auto delivery = stage.client->send_stanza("a@x", Version{"n"});
    REQUIRE(delivery);
    CHECK(stage.take() ==
          "<message id='" + delivery.id +
              "' to='a@x'><query xmlns='jabber:iq:version'><name>n</name></query></message>");
}

TEST_CASE("answers: one that is handed on becomes a StanzaError") {
    CHECK(Answer<Ok>{StanzaError{Condition::gone}}.as_refusal().condition == Condition::gone);
    CHECK(Answer<Ok>{headstock::Error{Errc::timed_out, "t"}}.as_refusal().condition ==
          Condition::remote_server_timeout);
    const auto ours =
        Answer<Ok>{headstock::Error{Errc::invalid_payload, "ours alone"}}.as_refusal();
    CHECK(ours.condition == Condition::internal_server_error);
    CHECK(ours.text.empty());
}

TEST_CASE("answers: a result without a payload that is handed on is a result without a payload") {
    Stage stage;
    stage.client->on("iq@type=get/{urn:x}q",
                     [](const headstock::Tag&) { return Answer<Element>{Element{}}; });
    CHECK(stage.answer_to("<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x'/></iq>") ==
          support::empty_result("1", "a@x/y"));
}

namespace {

struct Question {
    using answer = Version;
};
HEADSTOCK_PAYLOAD(Question, "query", headstock::ns::version)

} // namespace

TEST_CASE("typed requests: a question that names its answer needs no type at the callback") {
    Stage stage;
    std::string seen;
    stage.client->request("a@x", Question{},
                          [&](const auto& answer) { seen = answer ? answer->name : "none"; });
    const auto id = id_of(stage.take());
    stage.says("<iq type='result' id='" + id +
               "' from='a@x'><query xmlns='jabber:iq:version'><name>n</name></query></iq>");
    CHECK(seen == "n");
    // The long forms still work.
    stage.client->request("a@x", Question{},
                          [&](const Answer<Version>& answer) { seen = kind(answer); });
    stage.client->request("a@x", Question{},
                          [&](const Response& response) { seen += response ? "r" : "none"; });
    CHECK(stage.client->request("a@x", Question{}, [&](const Answer<Element>&) {}));
}

TEST_CASE("values: to use what is not there has one fault, with the reason in it") {
    const Answer<Version> no{StanzaError{Condition::forbidden}};
    CHECK_THROWS_WITH_AS(static_cast<void>(*no),
                         doctest::Contains("there is no value to use: forbidden"),
                         std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(no->name), std::logic_error);
    const auto parsed = headstock::payload_from_xml<Version>("<query xmlns='jabber:iq:version'/>");
    CHECK(parsed.message() == "name is missing");
    CHECK_THROWS_WITH_AS(static_cast<void>(*parsed), doctest::Contains("name is missing"),
                         std::logic_error);
    const Element none;
    const headstock::Error late{Errc::timed_out, "late"};
    const Response response{none, nullptr, &late};
    CHECK_THROWS_WITH_AS(static_cast<void>(*response), doctest::Contains("late"), std::logic_error);
    Answer<Version> changed{Version{"n"}};
    changed->name += "m";
    CHECK((*changed).name == "nm");
}
