// testing::Stage: what a test of handlers says and lets pass, and what it is told.
#include "headstock/testing/stage.hpp"

#include "headstock/events.hpp"
#include "headstock/explanation.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/message.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

using bridge::Element, bridge::Tag;
using headstock::testing::Stage;
using namespace std::chrono_literals;

namespace {

headstock::Options coming_back() {
    auto options = Stage::in_clear();
    options.reconnect = headstock::Backoff{};
    return options;
}

/// Notes what happens to it.
struct Witness {
    std::string seen{};

    void ready(headstock::ClientApi& client) {
        seen += "ready ";
        client.send_stanza(headstock::presence());
    }
    void connection_lost() { seen += "lost "; }
    void session_ended() { seen += "ended "; }
    void stopping() { seen += "stopping "; }
    void terminated() { seen += "terminated "; }
    Element message(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
};
HEADSTOCK_HANDLERS(Witness, on<&self::message>("message/body").from_others())

struct Slow {
    std::thread::id where{};

    headstock::Ok answer(Element) {
        where = std::this_thread::get_id();
        return headstock::ok;
    }
};
HEADSTOCK_HANDLERS(Slow, on<&self::answer>("iq@type=get", "q", "u:q").threaded())

std::string thrown_by(const auto& f) {
    try {
        f();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing";
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("stage: handlers see the login, what the server says is answered") {
    Witness witness;
    Stage stage;
    stage.client().register_handler(witness);
    CHECK_FALSE(stage.connected());
    stage.login();
    CHECK(stage.connected());
    CHECK(stage.client().jid().str() == "romeo@example.org/stage");
    CHECK(witness.seen == "ready ");
    CHECK(stage.sent() == "<presence/>");
    CHECK(stage.sent().empty());
    stage.says("<message from='juliet@example.org/b' id='1'><body>hi</bo");
    CHECK(stage.sent_elements().empty());
    stage.says("dy></message>");
    const auto sent = stage.sent_elements();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].attribute("to") == "juliet@example.org/b");
    CHECK(sent[0].child("body").text() == "hi");
    stage.says(
        headstock::message(stage.client().jid(), "an element").set("from", "juliet@example.org/b"));
    CHECK(stage.sent_elements().size() == 1);
}

TEST_CASE("stage: the end of the client is an end in order") {
    Witness witness;
    Stage stage;
    stage.client().register_handler(witness);
    stage.login();
    stage.client().stop();
    CHECK(stage.sent() == "<presence/><presence type='unavailable'/>");
    CHECK_FALSE(stage.connected());
    CHECK(stage.client().over());
    CHECK_FALSE(stage.client().error());
    CHECK(witness.seen == "ready stopping ended terminated ");
    CHECK(contains(stage.transcript(), "closed\n"));
}

TEST_CASE("stage: the server may end the stream too") {
    Stage stage;
    stage.login();
    stage.says("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
               "</stream:error></stream:stream>");
    CHECK_FALSE(stage.connected());
    CHECK(stage.client().error().condition == "conflict");
}

TEST_CASE("stage: every timer runs at its own time") {
    Stage stage;
    stage.login();
    std::string ran;
    const auto note = [&](const char* name) {
        ran += name + std::to_string(stage.now().count()) + ' ';
    };
    stage.client().every(400ms, [&] { note("every"); });
    stage.client().after(1s, [&] {
        note("after");
        stage.client().after(100ms, [&] { note("then"); });
    });
    stage.pass(399ms);
    CHECK(ran.empty());
    stage.pass(801ms);
    CHECK(ran == "every400 every800 after1000 then1100 every1200 ");
    CHECK(stage.now() == 1200ms);
    stage.pass(0ms);
    CHECK(stage.now() == 1200ms);
}

TEST_CASE("stage: while a handler is busy nothing falls due, and then all of it does") {
    Stage stage;
    std::string seen;
    const auto note = [&](const char* what) {
        return [&, what] { seen += what + std::to_string(stage.now().count()) + " "; };
    };
    stage.client().on("message", [&](const Tag&) {
        stage.busy_for(5s);
        note("message ")();
    });
    stage.login();
    stage.client().after(1s, note("one "));
    stage.client().after(4s, note("four "));
    stage.client().after(6s, note("six "));
    stage.says("<message/>");
    CHECK(seen == "message 5000 one 5000 four 5000 ");
    seen.clear();
    stage.client().after(1s, [&] { stage.busy_for(3s); });
    stage.pass(2s); // at 6 it is busy until 9
    CHECK(seen == "six 6000 ");
    CHECK(stage.now() == 9s);
    CHECK_THROWS_AS(stage.busy_for(-1ms), std::logic_error);
}

TEST_CASE("stage: a timer that is due again at once does not stop the time") {
    Stage stage;
    stage.login();
    int times = 0;
    std::function<void()> again = [&] {
        ++times;
        stage.client().after(0ms, again);
    };
    again();
    stage.pass(10ms);
    CHECK(stage.now() == 10ms);
    CHECK(times > 5);
}

TEST_CASE("stage: a request that nobody answers times out in virtual time") {
    Stage stage;
    stage.login();
    std::string came;
    stage.client().request("juliet@example.org/b", headstock::PingQuery{}, [&](const auto& answer) {
        came = answer ? "answer" : answer.message();
    });
    CHECK(stage.sent_elements().at(0).child("ping", headstock::ns::ping));
    stage.pass(59'999ms);
    CHECK(came.empty());
    stage.pass(1ms);
    CHECK(contains(came, "no answer came in time"));
}

TEST_CASE("stage: a lost connection ends the client, or with reconnect it comes back") {
    Witness witness;
    {
        Stage stage;
        stage.client().register_handler(witness);
        stage.login();
        stage.lose();
        CHECK(witness.seen == "ready stopping ended terminated ");
        CHECK(contains(thrown_by([&] { stage.login(); }), "make another stage"));
        CHECK(contains(thrown_by([&] { stage.come_back(); }), "it has ended, by: "));
    }
    witness.seen.clear();
    Stage stage{coming_back()};
    stage.client().register_handler(witness);
    stage.login();
    stage.sent();
    stage.lose();
    CHECK(contains(thrown_by([&] { stage.login(); }), "call come_back()"));
    stage.client().send_stanza(headstock::message("juliet@example.org", "while offline"));
    stage.come_back();
    CHECK(witness.seen == "ready lost ended ready ");
    const auto sent = stage.sent_elements();
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].child("body").text() == "while offline");
    CHECK(sent[1].local_name() == "presence");
    CHECK(stage.now() > 0ms);
    CHECK(stage.now() <= 10s);
}

TEST_CASE("stage: timers run on while the client waits, and an attempt may fail") {
    Witness witness;
    Stage stage{coming_back()};
    stage.client().register_handler(witness);
    int ticks = 0;
    stage.client().every(1s, [&] { ++ticks; });
    stage.login();
    stage.lose();
    CHECK(contains(thrown_by([&] { stage.lose(); }), "no connection to lose"));
    stage.pass(20s); // the longest first window is 10 s
    CHECK(ticks == 20);
    stage.lose({headstock::Errc::connect_failed, "nobody listens"});
    CHECK(witness.seen == "ready lost ended lost ");
    stage.client().reconnect_now();
    stage.pass(0ms);
    stage.come_back();
    CHECK(stage.now() == 20s);
    CHECK(witness.seen == "ready lost ended lost ready ");
}

TEST_CASE("stage: what was not carried when the connection is lost has not arrived") {
    Stage stage{coming_back()};
    stage.login();
    stage.client().send_stanza(headstock::message("juliet@example.org", "settled"));
    stage.settle();
    stage.client().send_stanza(headstock::message("juliet@example.org", "not settled"));
    stage.lose();
    CHECK(stage.sent_elements().size() == 1);
    stage.come_back();
    const auto again = stage.sent_elements();
    REQUIRE(again.size() == 1);
    CHECK(again[0].child("body").text() == "not settled");
}

TEST_CASE("stage: a silent server is found out, and one that answers pings is not") {
    for (const bool answers : {true, false}) {
        CAPTURE(answers);
        headstock::Options options;
        options.tls = headstock::Tls::disabled;
        Stage stage{options};
        stage.server().settings().answers_pings = answers;
        stage.login();
        stage.pass(10min);
        CHECK(stage.connected() == answers);
    }
}

TEST_CASE("stage: a threaded row runs on the thread of the test, and its answer is sent") {
    Stage stage;
    Slow slow;
    stage.client().register_handler(slow);
    stage.login();
    stage.says("<iq type='get' id='1' from='a@x/y'><q xmlns='u:q'/></iq>");
    CHECK(stage.sent() == "<iq to='a@x/y' type='result' id='1'/>");
    CHECK(slow.where == std::this_thread::get_id());
}

TEST_CASE("stage: a login that fails says why, and shows what was said") {
    Stage stage;
    stage.server().settings().password = "another";
    const auto words = thrown_by([&] { stage.login(); });
    CHECK(contains(words, "the login led to no session: "));
    CHECK(contains(words, "not-authorized"));
    CHECK(contains(words, "S: <?xml"));
}

TEST_CASE("stage: options that cannot be are refused at once") {
    auto options = Stage::in_clear();
    options.language = "de CH";
    CHECK_THROWS_AS(Stage{options}, std::invalid_argument);
    CHECK(contains(thrown_by([&] { Stage{options}; }), "Options::language is no language tag"));
    CHECK_THROWS_AS((Stage{Stage::in_clear(), 1, "no jid@"}), std::invalid_argument);
}

TEST_CASE("stage: what is called out of order says what to call instead") {
    Stage stage;
    CHECK(contains(thrown_by([&] { stage.says("<presence/>"); }), "call login() before"));
    CHECK(contains(thrown_by([&] { stage.come_back(); }), "it never had a connection"));
    CHECK(contains(thrown_by([&] { stage.pass(-1ms); }), "time does not go back"));
    stage.login();
    CHECK(contains(thrown_by([&] { stage.connect(); }), "there is a connection already"));
    CHECK(contains(thrown_by([&] { stage.come_back(); }), "call lose() before"));
    CHECK_THROWS_AS(stage.login(), std::logic_error);
}

TEST_CASE("stage: two that answer each other for ever are told") {
    Stage stage;
    stage.login();
    std::function<void()> again = [&] { stage.client().post(again); };
    stage.client().post(again);
    CHECK(contains(thrown_by([&] { stage.settle(); }), "do not come to rest"));
}

TEST_CASE("stage: the transcript has who said what, and when") {
    Stage stage;
    stage.login();
    stage.pass(1500ms);
    stage.says("<presence from='a@x'/>");
    stage.client().send_raw_stanza("<presence type='away'/>");
    stage.lose();
    const auto& lines = stage.transcript();
    CHECK(lines.starts_with("        0.000 connected\n        0.000 C: <?xml"));
    CHECK(contains(lines, "\n        1.500 S: <presence from='a@x'/>\n"));
    CHECK(contains(lines, "\n        1.500 lost: "));
}

TEST_CASE("testing stage: why a row was not called is told of the stanza as the server says it") {
    Stage stage;
    Witness witness;
    stage.client().register_handler(witness);
    const auto fit = [&](const std::string& xml) {
        const auto rows = stage.explain(xml).rows;
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].row.ends_with("Witness::message"));
        return rows[0].fit;
    };
    using headstock::Fit;
    const std::string hello = "<message from='juliet@example.org/b'><body>hi</body></message>";
    CHECK(fit(hello) == Fit::state); // before the login
    stage.login();
    stage.sent();
    CHECK(fit(hello) == Fit::matched);
    CHECK(fit("  " + hello + "\n") == Fit::matched);
    CHECK(fit("<message from='juliet@example.org/b' type='error'><body>hi</body></message>") ==
          Fit::type);
    CHECK(fit("<message from='romeo@example.org/x'><body>hi</body></message>") == Fit::sender);
    CHECK(fit("<message from='juliet@example.org/b'><x><body>hi</body></x></message>") ==
          Fit::path);
    CHECK(fit("<message from='juliet@example.org/b'/>") == Fit::name);
    CHECK(stage.sent().empty()); // no row was called
}

TEST_CASE("testing stage: what is to be explained is one whole stanza") {
    Stage stage;
    stage.login();
    for (const auto* xml : {"", "hi", "<message>", "<message/></stream><stream>", "<x xmlns='u'/>",
                            "<body/>", "<message/><message/>", "<message xmlns='u'/>"}) {
        CAPTURE(xml);
        CHECK_THROWS_AS(stage.explain(xml), std::invalid_argument);
    }
}
