// Rows with payloads: the type names the last step, and what does not parse is answered or logged.
#include "headstock/payload.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ns = headstock::ns;
using headstock::Answer, headstock::Condition, headstock::Element, headstock::StanzaError,
    headstock::Tag;
using support::empty_result, support::error_answer, support::Stage;

namespace {

struct Query {
    std::string node{};
};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x", attribute<&self::node>("node"))
struct Numbered {
    int number = 0;
};
HEADSTOCK_PAYLOAD(Numbered, "q", "urn:x", attribute<&self::number>("n"))
struct Result {
    int n = 0;
};
HEADSTOCK_PAYLOAD(Result, "r", "urn:x", attribute<&self::n>("n"))
struct Chat {
    std::string to{};
    std::optional<std::string> body{};
};
HEADSTOCK_PAYLOAD(
    Chat, "message", ns::client, attribute<&self::to>("to"), child_text<&self::body>("body"))

std::string get(const std::string& attributes) {
    return "<iq type='get' id='1' from='a@x/y'><q xmlns='urn:x' " + attributes + "/></iq>";
}
std::string with(const std::string& payload) {
    return "<iq to='a@x/y' type='result' id='1'>" + payload + "</iq>";
}
std::string bad_request(const std::string& why) {
    return "<iq to='a@x/y' type='error' id='1'><error type='modify'><bad-request "
           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
           "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
           why + "</text></error></iq>";
}
const auto unavailable = error_answer("1", "a@x/y", "service-unavailable");

struct Service {
    Result get(const Query& query) { return {static_cast<int>(query.node.size())}; }
    Answer<Result> set(Query query) {
        if (query.node.empty()) return StanzaError{Condition::feature_not_implemented, "no node"};
        return Result{7};
    }
    void told(const Query& query, const Tag& message) {
        notes.add(query.node + std::string{message.attribute("from")});
    }
    void whole(const Query&, const Element& message) { notes.add(message.child("body").text()); }
    void nested(const Result& result) { notes.add(std::to_string(result.n)); }
    void failed(const StanzaError& error, const Tag& stanza) {
        notes.add(std::string{to_string(error.condition)} + "/" + error.text + "/" +
                  std::string{stanza.attribute("from")});
    }
    void failed_query(const Query& query, const StanzaError& error) {
        notes.add(query.node + std::string{to_string(error.type)});
    }

    support::Notes notes;
};
HEADSTOCK_HANDLERS(Service,
                   on<&self::get>("iq@type=get"),
                   on<&self::set>("iq@type=set/{urn:x}q"),
                   on<&self::told>("message"),
                   on<&self::whole>("message@type=chat", "q", "urn:x"),
                   on<&self::nested>("r", "urn:x"),
                   on<&self::failed>("message@type=error"),
                   on<&self::failed_query>("message@type=error"))

constexpr auto& rows = headstock::detail::rows_of<Service>;
static_assert(rows[0].match.path.steps == 2 &&
              rows[0].match.path.last() == bridge::Name{"q", "urn:x"});
static_assert(rows[1].match.path.steps == 2 && rows[2].match.path.steps == 2 &&
              rows[5].match.path.steps == 1);
static_assert(!rows[2].wants_stanza && rows[3].wants_stanza && rows[6].wants_stanza &&
              rows[0].wants_subtree);

// What a service says, and what its rows note.
struct ServiceStage : Stage {
    ServiceStage() { client->register_handler(service); }
    std::string noted_in(const std::string& xml) {
        says(xml);
        return service.notes.take();
    }
    Service service;
};

template <class F>
std::string answer_of(F f) {
    Stage stage;
    stage.client->on("iq@type=get", f);
    return stage.answer_to(get("node='n'"));
}

} // namespace

TEST_CASE("payload rows: the payload's type names the last step") {
    ServiceStage stage;
    CHECK(stage.answer_to(get("node='four'")) == with("<r xmlns='urn:x' n='4'/>"));
    CHECK(
        stage.answer_to("<iq type='get' id='1' from='a@x/y'><other xmlns='urn:x' node=''/></iq>") ==
        unavailable);
    CHECK(stage.answer_to(
              "<iq type='get' id='1' from='a@x/y'><o xmlns='urn:x'><q node=''/></o></iq>") ==
          unavailable);
    CHECK(stage.noted_in("<message from='a@x'><q xmlns='urn:x' node='n'/></message>") == "na@x");
    CHECK(stage.noted_in("<message><q xmlns='urn:y' node='n'/></message>").empty());
}

TEST_CASE("payload rows: the last step may be spelled out, by a path or a name and namespace") {
    ServiceStage stage;
    CHECK(stage.answer_to("<iq type='set' id='1' from='a@x/y'><q xmlns='urn:x' node='n'/></iq>") ==
          with("<r xmlns='urn:x' n='7'/>"));
    CHECK(stage.noted_in("<message type='chat' from='a@x'><q xmlns='urn:x' "
                         "node='n'/><body>later</body></message>") == "na@x later");
    CHECK(stage.noted_in("<message><a xmlns='urn:x'><r n='1'/><r n='2'/></a></message>") == "1 2");
}

TEST_CASE("payload rows: closures take payloads too, and a path that does not fit throws") {
    Stage stage;
    stage.client->on("message",
                     [&](const Result& result) { stage.seen.add(std::to_string(result.n)); });
    CHECK(stage.seen_in("<message><r xmlns='urn:x' n='3'/></message>") == "3");
    CHECK_THROWS_AS(stage.client->on("message/body", [](const Result&) {}), std::invalid_argument);
    CHECK_THROWS_AS(stage.client->on({"q", "urn:x"}, [](const Result&) {}), std::invalid_argument);
    CHECK_THROWS_AS(stage.client->on("message", [](const StanzaError&) {}), std::invalid_argument);
    CHECK_THROWS_AS(stage.client->on("message@type=error/body", [](const StanzaError&) {}),
                    std::invalid_argument);
}

TEST_CASE("payload rows: a stanza may be a payload itself, taken and returned") {
    Stage stage;
    stage.client->on("message@type=chat", [](const Chat& chat) {
        return Chat{"b@x", "for " + chat.to};
    });
    stage.says("<message type='chat' to='romeo@e.test'/>");
    const auto sent = Element::parse(stage.take()).value();
    CHECK(sent.attribute("to") == "b@x");
    CHECK(sent.first_child().text() == "for romeo@e.test");
}

TEST_CASE("contract 7: payloads, Answers, optionals and vectors of them are answers") {
    CHECK(answer_of([](const Query&) { return Result{1}; }) == with("<r xmlns='urn:x' n='1'/>"));
    CHECK(answer_of([](const Query&) { return std::optional<Result>{{2}}; }) ==
          with("<r xmlns='urn:x' n='2'/>"));
    CHECK(answer_of([](const Query&) { return std::optional<Result>{}; }) == unavailable);
    CHECK(answer_of([](const Query&) {
              return std::vector<Result>{{3}, {4}};
          }) == with("<r xmlns='urn:x' n='3'/>"));
    CHECK(answer_of([](const Query&) { return std::vector<Result>{}; }) == unavailable);
    CHECK(answer_of([](const Query&) { return Answer<Result>{Result{5}}; }) ==
          with("<r xmlns='urn:x' n='5'/>"));
    CHECK(answer_of([](const Query&) { return Answer<headstock::Ok>{headstock::ok}; }) ==
          empty_result("1", "a@x/y"));
    CHECK(answer_of([](const Query&) {
              return Answer<Element>{Element{"e", "urn:x"}};
          }) == with("<e xmlns='urn:x'/>"));
    CHECK(answer_of([](const Query&) { return Answer<Result>{StanzaError{Condition::gone}}; }) ==
          error_answer("1", "a@x/y", "gone"));
    CHECK(answer_of([](const Query&) {
              return Answer<Result>{headstock::Error{headstock::Errc::timed_out, "secret"}};
          }) == error_answer("1", "a@x/y", "remote-server-timeout", "wait"));
    CHECK(answer_of([](const Query&) {
              return Answer<Result>{headstock::Error{headstock::Errc::connection_lost, "secret"}};
          }) == error_answer("1", "a@x/y", "internal-server-error"));
    CHECK(answer_of([](const Query&, headstock::Reply reply) { std::move(reply)(Result{6}); }) ==
          with("<r xmlns='urn:x' n='6'/>"));
    CHECK(answer_of([](const Query&, headstock::Reply reply) {
              std::move(reply)(Answer<Result>{StanzaError{Condition::gone}});
          }) == error_answer("1", "a@x/y", "gone"));
}

TEST_CASE("contract 7: a payload in a get or set that does not parse gets bad-request with the "
          "field's name") {
    ServiceStage stage;
    stage.keep_log();
    CHECK(stage.answer_to(get("")) == bad_request("node is missing"));
    CHECK(stage.log.find("-- not called: ") != stage.log.npos);
    CHECK(stage.log.find("Service::get, since node is missing\n") != stage.log.npos);
    Stage other;
    other.client->on("iq@type=get", [](const Numbered&) { return headstock::ok; });
    CHECK(other.answer_to(get("n='&lt;x/>'")) == bad_request("n is not a whole number"));
    CHECK(other.answer_to(get("n='1'")) == empty_result("1", "a@x/y")); // the next one is a new one
    CHECK(other.answer_to("<iq type='get' id='1' from='a@x/y'><z xmlns='urn:z'/></iq>") ==
          unavailable);
}

TEST_CASE("contract 7: another row may still answer, and one that threw goes first") {
    Stage stage;
    stage.client->on("iq@type=get", [](const Query&) { return headstock::ok; });
    const auto numbered =
        stage.client->on("iq@type=get", [](const Numbered&) { return Result{1}; });
    CHECK(stage.answer_to(get("n='1'")) == with("<r xmlns='urn:x' n='1'/>"));
    CHECK(stage.answer_to(get("node='n'")) == empty_result("1", "a@x/y"));
    CHECK(stage.answer_to(get("")) == bad_request("node is missing")); // the first that was wrong
    stage.client->unregister(numbered);
    stage.client->on("iq", [](const Tag&) { throw 1; });
    stage.client->on_exception([](auto, auto) {});
    CHECK(stage.answer_to(get("")) == error_answer("1", "a@x/y", "internal-server-error"));
}

TEST_CASE("contract 7: in other stanzas a row whose payload does not parse is not called, and the "
          "log says why") {
    ServiceStage stage;
    stage.keep_log();
    CHECK(stage.noted_in("<message from='a@x'><q xmlns='urn:x'/></message>").empty());
    CHECK(stage.log.find("Service::told, since node is missing\n") != stage.log.npos);
    CHECK(stage.take().empty());
}

TEST_CASE("payload rows: a row that was not called has not taken the stanza") {
    Stage stage;
    stage.client->on("message", [&](const Query& query) { stage.seen.add(query.node); });
    stage.client->on_unhandled(stage.noting("unhandled"));
    CHECK(stage.seen_in("<message><q xmlns='urn:x'/></message>") == "unhandled");
    CHECK(stage.seen_in("<message><q xmlns='urn:x' node='n'/></message>") == "n");
}

TEST_CASE("payload rows: once waits for one that parses") {
    Stage stage;
    headstock::Match once{headstock::Path{"message"}};
    once.once = true;
    stage.client->on(once, [&](const Query& query) { stage.seen.add(query.node); });
    CHECK(stage.seen_in("<message><q xmlns='urn:x'/></message>").empty());
    CHECK(stage.seen_in(
              "<message><q xmlns='urn:x' node='1'/><q xmlns='urn:x' node='2'/></message>") == "1");
    CHECK(stage.seen_in("<message><q xmlns='urn:x' node='3'/></message>").empty());
}

TEST_CASE("payload rows: an exception of the program's own conversion is one of the row") {
    struct Throwing {
        std::string x{};
        static constexpr auto payload() {
            return headstock::payload<Throwing>(
                "q", "urn:x",
                headstock::attribute<&Throwing::x>("node").check(&refuses, "is refused"));
        }
        static bool refuses(const std::string&) { throw std::runtime_error("no"); }
    };
    Stage stage;
    stage.client->on_exception([&](std::string_view row, auto) { stage.seen.add(row); });
    stage.client->on("iq@type=get", [](const Throwing&) { return headstock::ok; });
    CHECK(stage.answer_to(get("node='n'")) == error_answer("1", "a@x/y", "internal-server-error"));
    CHECK(stage.seen.take() == "a closure");
}

TEST_CASE("payload rows: a row on type=error takes the StanzaError") {
    ServiceStage stage;
    CHECK(stage.noted_in(
              "<message type='error' from='a@x'><q xmlns='urn:x' node='n'/><error type='auth'>"
              "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
              "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error></message>") ==
          "nauth forbidden/no/a@x");
    CHECK(stage.noted_in("<message type='error' from='a@x'/>") == "undefined-condition//a@x");
    CHECK(stage.noted_in("<message type='chat' from='a@x'><error/></message>").empty());
}
