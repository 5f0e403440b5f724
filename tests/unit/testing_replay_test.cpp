// A log that was saved is read back, and said again to a client on a stage.
#include "headstock/testing/replay.hpp"

#include "headstock/headstock.hpp"
#include "headstock/testing/recording.hpp"
#include "tests/support/certificates.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using bridge::Element, bridge::Tag;
using headstock::testing::Recording, headstock::testing::replay, headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

std::string line(std::string_view second, std::string_view text) {
    return "2026-11-20T10:11:" + std::string{second} + ".000Z " + std::string{text} + "\n";
}

std::string why_refused(std::string_view log) {
    try {
        Recording::parse(log);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "read";
}

/// Asks for the version of whoever writes, and tells it to them a second later.
struct Curious {
    std::vector<std::string> seen{};

    void ready(headstock::ClientApi& client) { client.send_stanza(headstock::presence()); }
    void heard(const Element& body, const Tag& message, headstock::ClientApi& client) {
        seen.emplace_back(body.text());
        const std::string from{message.attribute("from")};
        client.request(headstock::iq_get(from).add(Element{"query", headstock::ns::version}),
                       [this, from, &client](const headstock::Response& answer) {
                           seen.emplace_back(answer ? answer->child("name").text() : "nothing");
                           client.after(1s, [this, from, &client] {
                               client.send_stanza(headstock::message(from, seen.back()));
                           });
                       });
    }
};
HEADSTOCK_HANDLERS(Curious, on<&self::heard>("message/body").from_others())

constexpr auto question =
    "<message type='chat' from='juliet@example.org/b'><body>hi</body></message>";

std::string answer_to(const Element& asked) {
    return Element{"iq", headstock::ns::client}
        .set("type", "result")
        .set("id", asked.attribute("id"))
        .set("from", asked.attribute("to"))
        .add(Element{"query", headstock::ns::version}.add("name", "Nurse"))
        .xml();
}

// A conversation of Curious with juliet, whose client takes 3 s to answer.
void play(Stage& stage) {
    stage.login();
    stage.pass(10s);
    stage.says(question);
    const auto sent = stage.sent_elements();
    REQUIRE(sent.size() == 2);
    stage.pass(3s);
    stage.says(answer_to(sent[1]));
    stage.pass(5s);
}

// Its log, by another seed than that of the stages here.
std::string played_log(headstock::LogLayout layout = headstock::LogLayout::lines) {
    Stage stage{Stage::in_clear(), 77, "romeo@example.org/balcony"};
    Curious curious;
    std::string log;
    stage.client().set_log([&](const headstock::LogRecord& record) {
        log += layout == headstock::LogLayout::lines ? record.line() : record.indented();
        log += '\n';
    });
    stage.client().register_handler(curious);
    play(stage);
    return log;
}

} // namespace

TEST_CASE("replay: what a client was told, and when, is told again, with ids of its own") {
    for (const auto layout : {headstock::LogLayout::lines, headstock::LogLayout::indented}) {
        const auto log = played_log(layout);
        CAPTURE(log);
        const auto recording = Recording::parse(log);
        CHECK(recording.account == "romeo@example.org/balcony");
        Stage stage{Stage::in_clear(), 1, recording.account};
        Curious curious;
        stage.client().register_handler(curious);
        const auto replayed = replay(recording, stage);
        CHECK(curious.seen == std::vector<std::string>{"hi", "Nurse"});
        REQUIRE(replayed.sent.size() == 3);
        CHECK(replayed.sent[0].local_name() == "presence");
        CHECK(replayed.sent[2].child("body").text() == "Nurse");
        CHECK(replayed.recorded.size() == 3);
        CHECK(replayed.sent[1].attribute("id") != replayed.recorded[1].attribute("id"));
        CHECK(replayed.difference() == "");
        CHECK(replayed.gaps.empty());
        CHECK(stage.now() == 14s); // the log ends with what was sent then
    }
}

TEST_CASE("replay: what the client does otherwise than in the log is shown") {
    const auto recording = Recording::parse(played_log());
    Stage stage{Stage::in_clear(), 1, recording.account};
    int heard = 0;
    stage.client().on("message/body", [&](const Element&) { ++heard; });
    const auto replayed = replay(recording, stage);
    CHECK(heard == 1);
    CHECK(replayed.sent.empty());
    CHECK(replayed.difference() == "stanza 1 in the log: <presence xmlns='jabber:client'/>\n"
                                   "stanza 1 here: nothing\n");
    REQUIRE(replayed.gaps.size() == 1);
    CHECK(replayed.gaps[0].ends_with("not said: it answers what was not asked here"));
}

TEST_CASE("replay: a log from the middle of a session, of which the stage has logged in already") {
    const auto recording = Recording::parse(
        line("01", "S: <message from='a@x' to='romeo@e.test/r'><body>1</body></message>") +
        line("02", "C: <message to='a@x'><body>2</body></message>") +
        line("05", "S: <message from='a@x' to='romeo@e.test/r'><body>3</body></message>"));
    CHECK(recording.account == "romeo@e.test/r");
    Stage stage{Stage::in_clear(), 1, recording.account};
    std::string seen;
    stage.client().on("message/body", [&](const Element& body) {
        seen += std::string{body.text()} + " at " + std::to_string(stage.now().count()) + " ";
    });
    stage.login();
    stage.pass(1s);
    const auto replayed = replay(recording, stage);
    CHECK(seen == "1 at 1000 3 at 5000 ");
    REQUIRE(replayed.recorded.size() == 1);
    CHECK(replayed.recorded[0].child("body").text() == "2");
}

TEST_CASE("replay: a clock that was set back does not stop the time") {
    const auto recording = Recording::parse(line("10", "S: <presence from='a@x'/>") +
                                            line("05", "S: <presence from='b@x'/>") +
                                            line("12", "S: <presence from='c@x'/>"));
    Stage stage;
    replay(recording, stage);
    CHECK(stage.now() == 2s);
}

TEST_CASE("replay: where the client of the log logs in again, the one of the stage does") {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    std::string log;
    {
        Stage stage{options, 77};
        stage.client().set_log([&](std::string_view line) { log += std::string{line} + '\n'; });
        Curious curious;
        stage.client().register_handler(curious);
        stage.login();
        stage.lose();
        stage.come_back();
        stage.says(question);
    }
    const auto recording = Recording::parse(log);
    Stage stage{options, 1, recording.account};
    Curious curious;
    stage.client().register_handler(curious);
    const auto replayed = replay(recording, stage);
    CHECK(curious.seen == std::vector<std::string>{"hi"});
    CHECK(replayed.sent.size() == 3); // presence twice, and the question
    CHECK(replayed.difference() == "");

    Stage once{Stage::in_clear(), 1, recording.account};
    CHECK_THROWS_WITH_AS(replay(recording, once),
                         doctest::Contains("logs in again, and the one of the stage has ended: it "
                                           "needs Options::reconnect"),
                         std::logic_error);
}

TEST_CASE("replay: what comes when the client has ended is left out") {
    const auto recording = Recording::parse(line("01", "S: <message><body>bye</body></message>") +
                                            line("02", "S: <presence/>"));
    Stage stage;
    stage.client().on("message", [&](const Tag&) { stage.client().stop(); });
    const auto replayed = replay(recording, stage);
    CHECK(replayed.gaps ==
          std::vector<std::string>{"line 2: not said: the client has no connection any more"});
}

TEST_CASE("replay: with stream management what is said is counted, and the session goes on") {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    const auto login = line("01", "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    const auto recording = Recording::parse(login + line("02", "S: <presence from='a@x'/>") +
                                            login + line("03", "S: <presence from='b@x'/>"));
    Stage stage{options};
    stage.server().settings().stream_management = true;
    std::string seen;
    struct Resumed {
        std::string& seen;
        void ready() { seen += "ready "; }
        void resumed() { seen += "resumed "; }
        void heard(const Tag& presence) { seen += std::string{presence.attribute("from")} + " "; }
        static constexpr auto handlers() {
            return headstock::handlers(headstock::on<&Resumed::heard>("presence"));
        }
    } resumed{seen};
    stage.client().register_handler(resumed);
    replay(recording, stage);
    CHECK(seen == "ready a@x resumed b@x ");
}

TEST_CASE("recording: a login is passed over, whatever is in it") {
    const auto recording = Recording::parse(
        line("00", "-- connected to 192.0.2.1:5222") +
        line("00", "C: <?xml version='1.0'?><stream:stream to='e.test' version='1.0'>") +
        line("00", "S: <stream:features/>") +
        line("00", "C: <iq type='set' id='0'><query xmlns='jabber:iq:register'/></iq>") +
        line("00", "S: <iq type='result' id='0'/>") +
        line("01", "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>[9 bytes]</auth>") +
        line("01", "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>") +
        line("01", "C: <?xml version='1.0'?><stream:stream to='e.test' version='1.0'>") +
        line("01",
             "C: <iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>") +
        line("02", "S: <iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                   "<jid>romeo@e.test/r</jid></bind></iq>") +
        line("02", "C: <iq type='set' id='2'><session "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>") +
        line("02", "S: <iq type='result' id='2'/>") +
        line("02", "C: <enable xmlns='urn:xmpp:sm:3'/>") +
        line("02", "S: <r xmlns='urn:xmpp:sm:3'/>") + line("03", "C: <presence/>") +
        line("04", "S: </stream:stream>"));
    REQUIRE(recording.entries.size() == 2);
    CHECK(recording.entries[0].kind == Recording::Kind::login);
    CHECK(recording.entries[0].line == 7);
    CHECK(recording.entries[1].kind == Recording::Kind::sent);
    CHECK(recording.entries[1].line == 15);
    CHECK(recording.entries[1].stanza == Element{"presence", headstock::ns::client});
    CHECK(recording.account == "romeo@e.test/r");
    CHECK(recording.gaps.empty());
}

TEST_CASE("recording: a line that is none of a log's is told with its number") {
    const auto good = line("01", "S: <presence/>");
    CHECK(why_refused(good + "\nhello\n") ==
          "headstock::testing::Recording: line 3: this is no line of a log, which begins as in "
          "\"2026-11-20T10:11:12.345Z S: \": hello");
    CHECK(why_refused("    <body/>").find("line 1: this is no line") != std::string::npos);
    CHECK(
        why_refused(good + good + line("02", "S: <message><body></message>"))
            .starts_with("headstock::testing::Recording: line 3: the stanza is not well-formed: "));
    CHECK(why_refused(good + "2026-11-20T10:11:12.345Z S: <mess")
              .find("line 2: it is cut off inside a tag") != std::string::npos);
    CHECK(why_refused(line("02", "C: <presence/><presence/>"))
              .find("line 1: the stanza is not well-formed: something stands behind it") !=
          std::string::npos);
    CHECK(why_refused(line("02", "C: <handshake>[40 bytes]</handshake>"))
              .find("line 1: the log of a component") != std::string::npos);
    CHECK(why_refused("") == "read");
}

TEST_CASE("recording: what the log hides or cuts off is told") {
    const auto recording = Recording::parse(
        line("01", "S: <message><token>[12 bytes]</token></message>") +
        line("02", "S: <message><body>xxx... [70000 more bytes]") + line("03", "S: [30 bytes]") +
        line("04", "S: <message><body>[12 roses]</body></message>"));
    CHECK(recording.gaps ==
          std::vector<std::string>{
              "line 1: it holds \"[N bytes]\", as the log has it for what it hides",
              "line 2: the log has the stanza's beginning only: it is left out",
              "line 3: all of it is hidden: it is left out"});
    CHECK(recording.entries.size() == 2);
}

TEST_CASE("recording: what was said in any form is read as it was meant") {
    Stage stage;
    std::string log;
    stage.client().set_log([&](std::string_view line) { log += std::string{line} + "\r\n"; });
    stage.login();
    const std::vector<std::string> said{
        "<message\n\tfrom='a@x'\r\n><body\n>one\ntwo</body\n></message>",
        "<presence><status><![CDATA[a\nb <c>]]></status></presence>",
        "<message><x xmlns='urn:x' a='it&apos;s \"&lt;&#10;'/>&amp;</message>",
    };
    for (const auto& each : said) stage.says(each);
    const auto recording = Recording::parse(log);
    REQUIRE(recording.entries.size() == 4);
    for (std::size_t i = 0; i < said.size(); ++i) {
        const auto stream = "<s xmlns='jabber:client'>" + said[i] + "</s>";
        CAPTURE(said[i]);
        CHECK(recording.entries[i + 1].stanza == Element::parse(stream)->first_child());
    }
}

TEST_CASE("recording: a file is read, and one that is not there is told") {
    const headstock::test::TemporaryFile file{line("01", "S: <presence/>")};
    CHECK(Recording::read(file.path()).entries.size() == 1);
    CHECK_THROWS_WITH_AS(Recording::read("/nonexistent/folder/log"),
                         "headstock::testing::Recording: /nonexistent/folder/log: No such file or "
                         "directory",
                         std::runtime_error);
}
