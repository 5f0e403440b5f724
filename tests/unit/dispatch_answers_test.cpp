// Contract 5: an iq result or error that answers no request of ours, by id and sender, reaches
// nobody.
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using headstock::Element;
using support::Stage;

namespace {

// A stage on which everybody listens for the answer to iq 7 to `to`.
struct Asking : Stage {
    explicit Asking(std::string_view to) {
        client->on("iq@type=result", noting("result"));
        client->on("iq@type=error", noting("error"));
        client->on({"a", "urn:x"}, noting("inner"));
        client->register_on_iq(noting("waiter"));
        client->request(
            headstock::iq_get(to).set("id", "7").add(Element{"q", "urn:x"}),
            [this](const headstock::Response& response) {
                seen.add(response ? "answered" : response.refusal() ? "refused" : "failed");
            });
        keep_log();
    }
};

std::string
answer(std::string_view from, std::string_view id = "7", std::string_view type = "result") {
    const std::string sender = from.empty() ? "" : " from='" + std::string{from} + "'";
    return "<iq type='" + std::string{type} + "' id='" + std::string{id} + "'" + sender +
           "><a xmlns='urn:x'/></iq>";
}

struct Case {
    std::string to;
    std::vector<std::string> may;
    std::vector<std::string> may_not;
};

// reliability D1: CVE-2013-6483, CVE-2014-0364.
const std::vector<Case> cases{
    {"",
     {"", "romeo@e.test", "romeo@e.test/r", "e.test"},
     {"romeo@e.test/other", "evil@e.test", "evil.test", "x.e.test"}},
    {"romeo@e.test",
     {"", "romeo@e.test", "romeo@e.test/r", "e.test"},
     {"romeo@e.test/other", "juliet@e.test"}},
    {"e.test",
     {"e.test", "", "E.test"},
     {"romeo@e.test", "romeo@e.test/r", "evil.test", "a.e.test"}},
    {"juliet@x.test",
     {"juliet@x.test", "JULIET@X.test"},
     {"", "juliet@x.test/r", "x.test", "romeo@e.test", "e.test"}},
    {"juliet@x.test/r",
     {"juliet@x.test/r"},
     {"", "juliet@x.test", "juliet@x.test/R", "evil@x.test/r", "x.test"}},
    {"x.test", {"x.test"}, {"", "a@x.test", "e.test", "romeo@e.test"}},
};

} // namespace

TEST_CASE("D1: who may answer a request, by whom was asked (contract 5)") {
    for (const auto& row : cases) {
        CAPTURE(row.to);
        for (const auto& from : row.may) {
            CAPTURE(from);
            Asking stage{row.to};
            CHECK(stage.seen_in(answer(from)) == "inner result waiter answered");
        }
        for (const auto& from : row.may_not) {
            CAPTURE(from);
            Asking stage{row.to};
            CHECK(stage.seen_in(answer(from)) == "");
            CHECK(stage.seen_in(answer(from, "7", "error")) == "");
            CHECK(stage.log.find("-- dropped: an iq result that answers no request of ours\n") !=
                  stage.log.npos);
            CHECK(stage.seen_in(answer(row.may.front())) ==
                  "inner result waiter answered"); // the right one still may
        }
    }
}

TEST_CASE("D3: an answer of another id, or to nothing, reaches nobody (contract 5)") {
    Asking stage{"a@x/y"};
    CHECK(stage.seen_in(answer("a@x/y", "8")) == "");
    CHECK(stage.seen_in(answer("a@x/y", "")) == "");
    CHECK(stage.seen_in(answer("a@x/y")) == "inner result waiter answered");
    CHECK(stage.take().find("type='error'") == std::string::npos); // and a result is never answered
}

TEST_CASE("D3: an answer that comes twice counts once (contract 5)") {
    Asking stage{"a@x/y"};
    CHECK(stage.seen_in(answer("a@x/y")) == "inner result waiter answered");
    CHECK(stage.seen_in(answer("a@x/y")) == "");
}

TEST_CASE("D3: an answer that comes late reaches nobody (contract 5)") {
    Asking stage{"a@x/y"};
    stage.pass(60'000);
    CHECK(stage.seen.take() == "failed");
    CHECK(stage.seen_in(answer("a@x/y")) == "");
}

TEST_CASE("D2: a message or presence with the id of a request is no answer (contract 5, "
          "CVE-2024-46957)") {
    Asking stage{"a@x/y"};
    CHECK(stage.seen_in("<presence type='error' id='7' from='a@x/y'/>") == "");
    CHECK(stage.seen_in("<message type='error' id='7' from='a@x/y'/>") == "");
    CHECK(stage.seen_in("<message type='result' id='7' from='a@x/y'/>") == "");
    CHECK(stage.seen_in(answer("a@x/y", "7", "error")) == "error waiter refused");
}

TEST_CASE("contract 5: a get or set of the same id is a question, no answer") {
    Asking stage{"a@x/y"};
    CHECK(stage.seen_in(answer("a@x/y", "7", "get")) == "inner waiter");
    CHECK(stage.seen_in(answer("a@x/y")) == "inner result waiter answered");
}

TEST_CASE("contract 5: one id may wait at two addresses") {
    Asking stage{"a@x/y"};
    CHECK(
        stage.client->request(headstock::iq_get("b@x/y").set("id", "7").add(Element{"q", "urn:x"}),
                              [&](const headstock::Response&) { stage.seen.add("second"); }));
    CHECK(stage.seen_in(answer("b@x/y")) == "inner result waiter second");
    CHECK(stage.seen_in(answer("a@x/y")) == "inner result waiter answered");
}

TEST_CASE("contract 5: every get or set that leaves is entered, raw ones and plain ones too") {
    Stage stage;
    stage.client->on({"a", "urn:x"}, stage.noting("inner"));
    REQUIRE(
        stage.client->send_raw_stanza("<iq type='get' id='raw' to='a@x'><q xmlns='urn:x'/></iq>"));
    const auto sent =
        stage.client->send_stanza(headstock::iq_set("a@x").add(Element{"q", "urn:x"}));
    REQUIRE(sent);
    CHECK(stage.seen_in(answer("evil@x", "raw")) == "");
    CHECK(stage.seen_in(answer("a@x", "raw")) == "inner");
    CHECK(stage.seen_in(answer("a@x", "raw")) == "");
    CHECK(stage.seen_in(answer("a@x", sent.id)) == "inner");
}
