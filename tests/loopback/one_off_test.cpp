// one_off: log in, do it, log out, and give its result or why there is none; never a hang.
#include "headstock/headstock.hpp"
#include "headstock/payload.hpp"
#include "tests/support/heap_fault.hpp"
#include "tests/support/scripted_server.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using bridge::Element;
using headstock::Answer, headstock::AsyncClient, headstock::Condition, headstock::Errc,
    headstock::Error, headstock::Finish, headstock::one_off, headstock::StanzaError;
using support::ScriptedServer, support::ServerSide;

namespace {

struct Version {
    std::string name{};
};
HEADSTOCK_PAYLOAD(Version, "query", headstock::ns::version, child_text<&self::name>("name"))

Element question() {
    return headstock::iq_get("e.test").set("id", "v").add(Element{"query", headstock::ns::version});
}

// Ends the stream as the client does.
void good_bye(ServerSide& side) {
    side.hear("</stream:stream>");
    side.say("</stream:stream>");
    side.hear_end();
}

// Answers the question by this iq, then lets the client leave.
ScriptedServer::Script answering(std::string iq) {
    return [iq = std::move(iq)](ServerSide& side) {
        side.login();
        side.hear("</iq>");
        side.say(iq);
        good_bye(side);
    };
}
void only_login(ServerSide& side) {
    side.login();
    good_bye(side);
}

// The result of a one_off against this server, whose script must have gone well.
template <class T, class Task>
Answer<T> result_of(const ScriptedServer::Script& script, Task task) {
    ScriptedServer server{script};
    auto result = one_off<T>("romeo@e.test", "secret", server.options(), task);
    CHECK(server.finish() == "");
    return result;
}
template <class Task>
Error end_of(const ScriptedServer::Script& script, Task task) {
    ScriptedServer server{script};
    const auto done = one_off("romeo@e.test", "secret", server.options(), task);
    CHECK(server.finish() == "");
    return done ? Error{} : *done.failure();
}

struct VersionQuery {};
HEADSTOCK_PAYLOAD(VersionQuery, "query", headstock::ns::version)

const auto ask = [](AsyncClient& client, Finish<Version> finish) {
    client.request(question(), finish);
};

} // namespace

TEST_CASE("one_off<T>: the answer to a request, typed") {
    const auto version = result_of<Version>(
        answering("<iq type='result' id='v' from='e.test'><query xmlns='jabber:iq:version'>"
                  "<name>Prosody</name></query></iq>"),
        ask);
    REQUIRE_MESSAGE(version, version.message());
    CHECK(version->name == "Prosody");
}

TEST_CASE("one_off<T>: the peer's no, and an answer that is not what was asked for") {
    const auto no = result_of<Version>(
        answering("<iq type='error' id='v' from='e.test'><error type='auth'><forbidden "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"),
        ask);
    REQUIRE(no.refusal() != nullptr);
    CHECK(no.refusal()->condition == Condition::forbidden);
    const auto other =
        result_of<Version>(answering("<iq type='result' id='v' from='e.test'/>"), ask);
    REQUIRE(other.failure() != nullptr);
    CHECK(other.failure()->code == Errc::invalid_payload);
}

TEST_CASE("one_off<T>: no answer in time") {
    const auto late = result_of<Version>(only_login, [](AsyncClient& client, auto finish) {
        client.request(question(), finish, std::chrono::milliseconds{20});
    });
    REQUIRE(late.failure() != nullptr);
    CHECK(late.failure()->code == Errc::timed_out);
}

TEST_CASE("one_off<T>: any type, from a handler, at any time, also from another thread") {
    const auto words = result_of<std::vector<std::string>>(
        [](ServerSide& side) {
            side.login();
            side.say("<message from='a@x'><body>one two</body></message>");
            good_bye(side);
        },
        [](AsyncClient& client, auto finish) {
            client.on("message/body", [finish](const Element& body) {
                finish(std::vector<std::string>{std::string{body.text()}, "three"});
            });
        });
    REQUIRE(words);
    CHECK(*words == std::vector<std::string>{"one two", "three"});

    std::thread other;
    const auto number = result_of<int>(only_login, [&](AsyncClient&, Finish<int> finish) {
        other = std::thread{[finish = std::move(finish)] { finish(7); }};
    });
    other.join();
    REQUIRE(number);
    CHECK(*number == 7);
}

TEST_CASE("one_off<T>: finish is the callback of a typed request") {
    const auto version = result_of<Version>(
        [](ServerSide& side) {
            side.login();
            const auto asked = side.hear("</iq>");
            const auto id = *Element::parse(asked.substr(asked.rfind("<iq")));
            side.say(headstock::reply_to(id)
                         .set("from", "e.test")
                         .add(headstock::to_element(Version{"ejabberd"}))
                         .xml());
            good_bye(side);
        },
        [](AsyncClient& client, Finish<Version> finish) {
            client.request("e.test", VersionQuery{}, finish);
        });
    REQUIRE_MESSAGE(version, version.message());
    CHECK(version->name == "ejabberd");
}

TEST_CASE("one_off<T>: the first call counts") {
    const auto number = result_of<int>(only_login, [](AsyncClient&, Finish<int> finish) {
        finish(1);
        finish(StanzaError{});
        finish(Error{Errc::rejected, "later"});
    });
    REQUIRE(number);
    CHECK(*number == 1);
}

TEST_CASE("one_off<T>: a task may give an Error or a StanzaError of its own") {
    const auto error = result_of<int>(only_login, [](AsyncClient&, Finish<int> finish) {
        finish(Error{Errc::rejected, "mine"});
    });
    REQUIRE(error.failure() != nullptr);
    CHECK(error.message() == "mine");
    CHECK(result_of<int>(only_login, [](AsyncClient&, Finish<int> finish) {
              finish(StanzaError{Condition::gone});
          }).refusal() != nullptr);
}

TEST_CASE("one_off<T>: a task that lets go of finish is told so, at once or later") {
    const auto at_once = result_of<int>(only_login, [](AsyncClient&, Finish<int>) {});
    CHECK(at_once.message() ==
          "the task of one_off gave no result: its finish was destroyed without being called");
    const auto later =
        result_of<int>(answering("<iq type='result' id='v' from='e.test'/>"),
                       [](AsyncClient& client, Finish<int> finish) {
                           client.request(question(), [finish](const headstock::Response&) {});
                       });
    CHECK(later.message() ==
          "the task of one_off gave no result: its finish was destroyed without being called");
}

TEST_CASE("one_off<T>: to give the result, or to let go of finish, takes no memory (issue 9.9)") {
    using test::HeapFault;
    const auto given = result_of<int>(only_login, [](AsyncClient&, const Finish<int>& finish) {
        const HeapFault none{1, HeapFault::Lasts::from_then_on};
        finish(5);
    });
    REQUIRE(given);
    CHECK(*given == 5);
    const auto let_go = result_of<int>(only_login, [](AsyncClient&, Finish<int> finish) {
        const HeapFault none{1, HeapFault::Lasts::from_then_on};
        const auto last = std::move(finish);
    });
    CHECK(let_go.message() ==
          "the task of one_off gave no result: its finish was destroyed without being called");
}

TEST_CASE("one_off<T>: the session's end before the result is the error") {
    const auto wait = [](std::optional<Finish<int>>& kept) {
        return [&](AsyncClient&, Finish<int> finish) { kept = std::move(finish); };
    };
    std::optional<Finish<int>> kept;
    const auto lost = result_of<int>(
        [](ServerSide& side) {
            side.login();
            side.say(
                "<stream:error><system-shutdown "
                "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
            side.hear_end();
        },
        wait(kept));
    REQUIRE(lost.failure() != nullptr);
    CHECK(lost.failure()->code == Errc::stream_failed);
    (*kept)(3); // goes nowhere
    const auto stopped = result_of<int>(only_login, [&](AsyncClient& client, Finish<int> finish) {
        kept = std::move(finish);
        client.stop();
    });
    CHECK(stopped.message() == "the session was stopped before the task of one_off gave a result");
}

TEST_CASE("one_off<T>: a result wins over the end of its session") {
    const auto number = result_of<int>(
        [](ServerSide& side) {
            side.login();
            side.hear("</stream:stream>");
            side.close(); // without a word
        },
        [](AsyncClient&, Finish<int> finish) { finish(1); });
    CHECK(number);
}

TEST_CASE("one_off: without a connection the task is not called, and the error says why") {
    headstock::Options options;
    options.hostname = "127.0.0.1";
    options.port = headstock::test::closed_port();
    options.tls = headstock::Tls::disabled;
    int calls = 0;
    const auto typed = one_off<int>("romeo@e.test", "secret", options,
                                    [&](AsyncClient&, Finish<int>) { ++calls; });
    CHECK(typed.message().find("refused") != std::string::npos);
    const auto plain = one_off("romeo@e.test", "secret", options, [&](AsyncClient&) { ++calls; });
    CHECK(plain.message() == typed.message());
    const auto nobody = one_off("not a@jid@", "secret", options, [&](AsyncClient&) { ++calls; });
    REQUIRE(nobody.failure() != nullptr);
    CHECK(nobody.failure()->code == Errc::invalid_jid);
    CHECK(calls == 0);
}

TEST_CASE("one_off: what the task throws is thrown after an orderly end") {
    const auto raise = [](auto&&...) { throw std::runtime_error("no"); };
    CHECK_THROWS_WITH_AS(static_cast<void>(end_of(only_login, [&](AsyncClient&) { raise(); })),
                         "no", std::runtime_error);
    ScriptedServer server{only_login};
    CHECK_THROWS_WITH_AS(
        static_cast<void>(one_off<int>("romeo@e.test", "secret", server.options(),
                                       [&](AsyncClient&, Finish<int>) { raise(); })),
        "no", std::runtime_error);
    CHECK(server.finish() == "");
}

TEST_CASE(
    "one_off: what was sent is written and confirmed, or the error says that it may be lost") {
    const auto send = [](AsyncClient& client) {
        client.send_stanza(headstock::message("juliet@e.test", "hello"));
    };
    CHECK_FALSE(end_of(
        [](ServerSide& side) {
            side.login();
            side.hear("<body>hello</body></message></stream:stream>");
            side.say("</stream:stream>");
            side.hear_end();
        },
        send));
    const auto error = end_of(
        [](ServerSide& side) {
            side.login();
            side.hear("</stream:stream>");
            side.close();
        },
        send);
    CHECK(error.message().find("may be lost") != std::string::npos);
}

TEST_CASE("one_off: its end enters an inbox that takes nothing else (issue 9.4)") {
    ScriptedServer server{only_login};
    auto options = server.options();
    options.limits.posted = 0;
    const auto result = one_off<int>("romeo@e.test", "secret", options,
                                     [](AsyncClient& client, Finish<int> finish) {
                                         CHECK_FALSE(client.post([] {}));
                                         finish(7);
                                     });
    REQUIRE(result);
    CHECK(*result == 7);
    CHECK(server.finish() == "");
}

TEST_CASE("one_off: what the task returns is the error when it is one") {
    const auto refused = end_of(only_login, [](AsyncClient& client) {
        return client.send_stanza(Element{"no", "urn:x"});
    });
    CHECK(refused.code == Errc::invalid_stanza);
    const auto own = end_of(only_login, [](AsyncClient&) { return Error{Errc::rejected, "mine"}; });
    CHECK(own.message() == "mine");
    CHECK_FALSE(end_of(only_login, [](AsyncClient&) { return Error{}; }));
}

TEST_CASE("one_off: somebody else's loop is refused at once, with words that help") {
    headstock::Options options;
    options.loop = reinterpret_cast<uv_loop_s*>(&options); // never looked at
    const auto refused =
        one_off("romeo@e.test", "secret", options, [](AsyncClient&) { FAIL("called"); });
    REQUIRE(refused.failure() != nullptr);
    CHECK(refused.failure()->code == Errc::invalid_option);
    CHECK(refused.message().find("leave Options::loop null") != std::string::npos);
}
