// The server's word on who we are: the account that it has bound, whatever was asked for.
#include "headstock/events.hpp"
#include "headstock/saved_state.hpp"

#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

using headstock::Errc, headstock::Error, headstock::Jid, headstock::OtherAccountBound,
    headstock::Response;
using support::Notes;

namespace {

// A server that binds the account `bound` for another one, as one that has not PRECIS does.
class Renaming {
public:
    explicit Renaming(std::string bound,
                      std::string asked = "stra\xC3\x9F"
                                          "e@e.test",
                      headstock::Options options = support::in_clear())
        : client{asked, "secret", options}, asked_{std::move(asked)}, bound_{std::move(bound)} {
        client.on_event([this](const OtherAccountBound& event) {
            seen.add(event.asked_for.str() + ">" + event.bound.str());
        });
        client.on_event(
            [this](const headstock::SessionStarted& event) { seen.add(event.jid.str()); });
    }

    // As far as it comes.
    void login() {
        support::LoginServer server{settings};
        client.tick(now);
        client.connected();
        for (int i = 0; i < 20 && !client.wants_close() && server.bound().empty(); ++i) {
            if (auto job = client.key_job()) {
                job->derive();
                client.finish(*job);
            }
            client.received(renamed(server.receive(take())));
        }
    }
    std::string take() {
        std::string bytes{output_of(client)};
        client.written(bytes.size());
        return bytes;
    }
    std::string answer_to(std::string_view xml) {
        client.received(xml);
        return take();
    }

    support::LoginServer::Settings settings = support::managing();
    std::uint64_t now = 1000;
    headstock::BaseClient client;
    Notes seen;
    std::string before_bind; ///< What it says before the result.

private:
    std::string renamed(std::string said) const {
        const auto at = said.find("<jid>");
        if (at == said.npos) return said;
        const auto end = said.find('/', at + 5);
        said.replace(at + 5, end - at - 5, bound_);
        return said.insert(said.rfind("<iq", at), before_bind);
    }
    std::string asked_;
    std::string bound_;
};

const std::string street = "stra\xC3\x9F"
                           "e@e.test";

} // namespace

TEST_CASE("B17: another account of our domain is taken, and told before the session starts") {
    Renaming stage{"strasse@e.test"};
    stage.login();
    CHECK(stage.client.jid() == Jid{"strasse@e.test/r"});
    CHECK(stage.seen.take() == street + ">strasse@e.test/r strasse@e.test/r");
}

TEST_CASE("B17: the account that was asked for is no news, nor is another resource") {
    Renaming stage{street};
    stage.settings.resource = "elsewhere";
    stage.login();
    CHECK(stage.seen.take() == street + "/elsewhere");
    Renaming anonymous{"a1b2@e.test", "e.test"};
    anonymous.login();
    CHECK(anonymous.seen.take().find('>') == std::string::npos);
}

TEST_CASE("D12: an address of another domain, or without an account, ends the session") {
    for (const auto* bound : {"strasse@f.test", "e.test",
                              "stra\xC3\x9F"
                              "e@x.e.test"}) {
        CAPTURE(std::string{bound});
        Renaming stage{bound};
        stage.login();
        CHECK(stage.client.wants_close());
        stage.client.disconnected();
        CHECK(stage.client.error().code == Errc::unexpected_identity);
        CHECK(stage.seen.take().empty());
    }
}

TEST_CASE("D1: a request under the account that was asked for is answered under the one bound") {
    Renaming stage{"strasse@e.test"};
    Notes answers;
    const auto ask = [&](std::string_view to, std::string_view id) {
        auto iq = headstock::iq_get(to).set("id", id).add(headstock::Element{"q", "urn:q"});
        const auto sent =
            stage.client.request(iq, [&answers, id = std::string{id}](const Response& r) {
                answers.add(id + (r ? "+" : "-"));
            });
        CHECK_FALSE(sent.error);
    };
    const auto answer = [&](std::string_view from, std::string_view id) {
        stage.answer_to("<iq type='result' from='" + std::string{from} + "' id='" +
                        std::string{id} + "'/>");
        return answers.take();
    };
    ask(street, "early"); // waits for the session
    ask(street + "/r", "early-full");
    stage.login();
    ask(street, "bare");
    ask(street + "/r", "full");
    ask("strasse@e.test", "new");
    ask("other@e.test", "other");
    CHECK(answer("strasse@e.test", "early") == "early+");
    CHECK(answer("strasse@e.test/r", "early-full") == "early-full+");
    CHECK(answer(street, "bare").empty()); // nobody who has a name now
    CHECK(answer("strasse@e.test", "bare") == "bare+");
    CHECK(answer("strasse@e.test", "full").empty());
    CHECK(answer("strasse@e.test/r", "full") == "full+");
    CHECK(answer("", "new") == "new+");
    CHECK(answer("strasse@e.test", "other").empty());
    CHECK(answer("other@e.test", "other") == "other+");
}

TEST_CASE("other account: a stanza from the one that was asked for is from us") {
    Renaming stage{"strasse@e.test"};
    stage.login();
    stage.take();
    const auto sent = stage.client.send_stanza(
        headstock::message("a@x", "hi").set("from", street).set("id", "1"));
    CHECK_FALSE(sent.error);
    CHECK(stage.take() == "<message to='a@x' type='chat' id='1'><body>hi</body></message>");
    CHECK(stage.client.send_stanza(headstock::message("a@x", "hi").set("from", "b@e.test")).error);
}

TEST_CASE("other account: the guards know the account that is bound") {
    Renaming stage{"strasse@e.test"};
    Notes rows;
    stage.client.on(
        {"query", headstock::ns::roster},
        [&](const headstock::Tag&, const headstock::Tag& iq) { rows.add(iq.attribute("from")); });
    stage.login();
    const auto push = [&](std::string_view from) {
        stage.answer_to("<iq type='set' id='p' from='" + std::string{from} +
                        "'><query xmlns='jabber:iq:roster'/></iq>");
        return rows.take();
    };
    CHECK(push("strasse@e.test") == "strasse@e.test");
    CHECK(push(street).empty()); // the server writes the name that it knows
    CHECK(push("evil@e.test").empty());
}

TEST_CASE("other account: a session that is resumed is told nothing new, one that begins is") {
    auto options = support::coming_back();
    Renaming stage{"strasse@e.test", street, options};
    stage.login();
    stage.client.received(support::enabled);
    stage.seen.take();
    const auto lose = [&] {
        stage.client.disconnected({Errc::connection_lost, "the cable is cut"});
        while (!stage.client.wants_connection()) {
            stage.now = stage.client.deadline().value();
            stage.client.tick(stage.now);
        }
    };
    lose();
    stage.settings.resume_answer = "<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='0'/>";
    stage.login();
    CHECK(stage.client.jid() == Jid{"strasse@e.test/r"});
    CHECK(stage.seen.take().empty());
    lose();
    stage.settings.resume_answer = "<failed xmlns='urn:xmpp:sm:3'/>";
    stage.login();
    CHECK(stage.seen.take() == street + ">strasse@e.test/r strasse@e.test/r");
}

TEST_CASE("other account: the state that a client leaves goes on with the account that is bound") {
    auto options = support::in_clear();
    options.saved_state = headstock::SavedState{};
    std::string kept;
    {
        Renaming first{"strasse@e.test", street, options};
        first.login();
        first.client.received(support::enabled);
        first.client.suspend();
        first.take();
        first.client.disconnected();
        kept = first.client.saved_state().text();
    }
    const auto state = headstock::SavedState::parse(kept);
    REQUIRE(state);
    REQUIRE(state->has_session());
    options.saved_state = *state;
    Renaming second{"strasse@e.test", street, options};
    CHECK_FALSE(second.client.check());
    CHECK(second.client.jid() == Jid{"strasse@e.test/r"});
}

TEST_CASE("early: what comes before the bind result is delivered once the session is ready") {
    Renaming stage{street};
    Notes rows;
    std::string log;
    stage.client.set_log([&](std::string_view line) { log += std::string{line} + '\n'; });
    stage.client.on_event([&](const headstock::SessionStarted&) { rows.add("started"); });
    stage.client.on("message",
                    [&](const headstock::Tag& message) { rows.add(message.attribute("id")); });
    stage.client.on("message/body", [&](const headstock::Element& body) { rows.add(body.text()); });
    stage.client.on("presence", [&](const headstock::Tag&) { rows.add("presence"); });
    stage.before_bind = "<message from='a@x' id='m1'><body>one</body></message>"
                        "<presence from='a@x'/>"
                        "<iq type='get' id='q1' from='a@x'><q xmlns='urn:q'/></iq>"
                        "<message from='a@x' id='m2'><body>two</body></message>";
    stage.login();
    CHECK(rows.take() == "started one m1 presence two m2");
    CHECK(stage.take().find("<iq to='a@x' type='error' id='q1'>") != std::string::npos);
    CHECK(support::count(log, "id='m1'") == 1);
    stage.answer_to("<message from='a@x' id='m3'><body>three</body></message>");
    CHECK(rows.take() == "three m3");
    CHECK(support::count(log, "id='m3'") == 1);
}

TEST_CASE("early: a handler of such a stanza may stop the client, and no other is called") {
    Renaming stage{street};
    Notes rows;
    stage.client.on("message", [&](const headstock::Tag& message) {
        rows.add(message.attribute("id"));
        stage.client.stop();
        stage.client.unregister_all();
    });
    stage.before_bind = "<message from='a@x' id='m1'/><message from='a@x' id='m2'/>";
    stage.login();
    CHECK(rows.take() == "m1");
}

TEST_CASE("early: a handler of such a stanza may destroy the client") {
    auto client =
        std::make_unique<headstock::BaseClient>("romeo@e.test", "secret", support::in_clear());
    support::LoginServer server;
    Notes rows;
    client->on("message", [&](const headstock::Tag& message) {
        rows.add(message.attribute("id"));
        client.reset();
    });
    client->connected();
    while (client && server.bound().empty()) {
        if (auto job = client->key_job()) {
            job->derive();
            client->finish(*job);
        }
        std::string bytes{output_of(*client)};
        client->written(bytes.size());
        auto said = server.receive(bytes);
        if (!server.bound().empty())
            said.insert(said.rfind("<iq"),
                        "<message from='a@x' id='m1'/><message from='a@x' id='m2'/>");
        client->received(said);
    }
    CHECK(rows.take() == "m1");
    CHECK_FALSE(client);
}
