// A stanza with a long name of a namespace, from a stranger: it is passed over and told, and
// nothing else ends.
#include "headstock/payload.hpp"
#include "tests/support/hostile_shapes.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using headstock::Answer, headstock::Element, headstock::Errc, headstock::Path, headstock::Tag;
using support::Stage;

namespace {

std::string long_ns(std::size_t size = 200) { return "xmlns='" + std::string(size, 'u') + "'"; }

std::string filled(std::size_t size) { return " filled='" + std::string(size, 'x') + "'"; }

// Where the name stands does not matter: the stanza's tag, what is in it, or a tag of many bytes.
std::vector<std::string> with_long_names(std::string_view tag, std::string_view name) {
    const std::string open = "<" + std::string{tag};
    const std::string close = "</" + std::string{name} + ">";
    return {open + "><body>x</body><x " + long_ns() + "/>" + close,
            open + "><body>x</body><x " + long_ns(20'000) + "><y/></x><z/>" + close};
}

std::size_t lines_with(std::string_view text, const std::string& log) {
    std::size_t count = 0;
    for (auto at = log.find(text); at != log.npos; at = log.find(text, at + 1)) ++count;
    return count;
}

bool answers_a_ping(Stage& stage) {
    return stage.answer_to("<iq type='get' id='alive' from='a@b'><q xmlns='urn:nobody'/></iq>")
               .find("service-unavailable") != std::string::npos;
}

} // namespace

TEST_CASE(
    "passed over: a message is told once, and its rows at the end are not called (issue 9.3)") {
    for (const bool log : {false, true}) {
        for (const auto& xml : with_long_names("message from='stranger@x/y' id='1'", "message")) {
            Stage stage;
            if (log) stage.keep_log();
            std::string told;
            int ended = 0;
            int begun = 0;
            stage.client->on_exception([&](std::string_view row, const std::exception_ptr& why) {
                CHECK_THROWS_AS(std::rethrow_exception(why), std::length_error);
                told += std::string{row} + ";";
            });
            stage.client->on("message", [&](const Element&) { ++ended; });
            stage.client->on("message/body", [&](const Tag&) { ++begun; });
            stage.says(xml);
            CHECK(told == "a stanza from stranger@x/y;");
            CHECK(ended == 0);
            CHECK(begun == 1);
            CHECK(answers_a_ping(stage));
            stage.says("<message from='stranger@x/y'><body>hi</body></message>");
            CHECK(ended == 1);
            if (!log) continue;
            CHECK(lines_with("-- passed over: a stanza from stranger@x/y, since ", stage.log) == 1);
            CHECK(lines_with("S: <message from='stranger@x/y' id='1'>", stage.log) == 1);
            CHECK(lines_with("<body>hi</body>", stage.log) == 1);
        }
    }
}

TEST_CASE(
    "passed over: a stanza whose own tag is too long is told without its sender (issue 9.3)") {
    for (const std::size_t size : {200u, 20'000u}) {
        Stage stage;
        std::string told;
        stage.client->on_exception([&](std::string_view row, const std::exception_ptr&) {
            told += std::string{row} + ";";
        });
        stage.says("<message from='stranger@x/y' " + long_ns(size) + "><body/></message>");
        CHECK(told == "a stanza;");
        CHECK(answers_a_ping(stage));
    }
}

TEST_CASE("passed over: a name of the most bytes that the program wants is read (issue 9.3)") {
    const auto usual = headstock::Limits{}.namespace_bytes;
    for (const auto most : {std::size_t{40}, usual, std::size_t{2000}}) {
        CAPTURE(most);
        auto options = support::in_clear();
        options.limits.namespace_bytes = most;
        Stage stage{options};
        int told = 0;
        int seen = 0;
        stage.client->on_exception([&](std::string_view, const std::exception_ptr&) { ++told; });
        stage.client->on("message", [&](const Element&) { ++seen; });
        for (const std::size_t filling : {0u, 20'000u}) {
            stage.says("<message><x " + long_ns(most) + filled(filling) + "/></message>");
            CHECK(std::exchange(seen, 0) == 1);
            CHECK(told == 0);
            stage.says("<message><x " + long_ns(most + 1) + filled(filling) + "/></message>");
            CHECK(seen == 0);
            CHECK(std::exchange(told, 0) == 1);
        }
        CHECK(answers_a_ping(stage));
    }
}

TEST_CASE("passed over: what nobody wants is passed over in silence (issue 9.3)") {
    Stage stage;
    int told = 0;
    stage.client->on_exception([&](std::string_view, const std::exception_ptr&) { ++told; });
    for (const auto& xml : with_long_names("presence from='stranger@x/y'", "presence"))
        stage.says(xml);
    CHECK(told == 0);
    CHECK(answers_a_ping(stage));
}

TEST_CASE("passed over: a question is answered once, by resource-constraint (issue 9.3)") {
    for (const auto& xml : with_long_names("iq type='get' id='7' from='a@b/c'", "iq")) {
        Stage stage;
        stage.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        stage.client->on(Path{"iq@type=get", "q", "urn:x"},
                         [](const Element&) { return headstock::ok; });
        CHECK(stage.answer_to(xml) ==
              support::error_answer("7", "a@b/c", "resource-constraint", "wait"));
        CHECK(answers_a_ping(stage));
    }
}

TEST_CASE("passed over: an answer fails its request at once, and says why (issue 9.3)") {
    for (const std::string type : {"result", "error"}) {
        for (const std::size_t size : {200u, 20'000u}) {
            Stage stage;
            int told = 0;
            stage.client->on_exception(
                [&](std::string_view, const std::exception_ptr&) { ++told; });
            std::string error;
            stage.client->request(
                headstock::iq_get("juliet@e.test/b").set("id", "q1").add(Element{"q", "urn:x"}),
                [&](const Answer<Element>& answer) {
                    REQUIRE(answer.failure() != nullptr);
                    CHECK(answer.failure()->code == Errc::invalid_payload);
                    error += answer.failure()->message() + ";";
                });
            stage.take();
            stage.says("<iq type='" + type + "' id='q1' from='juliet@e.test/b'><q " +
                       long_ns(size) + "/></iq>");
            CHECK(lines_with("the answer was passed over", error) == 1);
            CHECK(told == 1);
            CHECK(answers_a_ping(stage));
        }
    }
}

TEST_CASE("passed over: before the session is ready it ends the login, by name (issue 9.3)") {
    auto options = support::in_clear();
    options.insecure_plain_password = true;
    headstock::BaseClient client{"romeo@e.test", "secret", options};
    const std::string header =
        "<stream:stream xmlns='jabber:client' id='s' version='1.0' from='e.test' "
        "xmlns:stream='http://etherx.jabber.org/streams'>";
    client.tick(1);
    client.connected();
    client.received(header +
                    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>");
    client.received("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    client.received(header + "<stream:features><x " + long_ns(600) + "/></stream:features>");
    CHECK(client.error().code == Errc::policy_violation);
    CHECK(client.error().message().find("a name that is too long") != std::string::npos);
}
