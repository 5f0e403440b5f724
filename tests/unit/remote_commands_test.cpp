// XEP-0050, used: what is asked of somebody else's commands, and what their answers are read as.
#include "headstock/extensions/remote_commands.hpp"
#include "tests/support/asked.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::Answer, headstock::CommandAction, headstock::CommandList, headstock::CommandResult,
    headstock::CommandStatus, headstock::DataForm, headstock::Errc, headstock::RemoteCommands;
using support::Asked, support::Stage;

namespace {

struct Order {
    std::string drink{};
    int cups = 1;
};
HEADSTOCK_FORM(Order, "", form_field<&self::drink>("drink"), form_field<&self::cups>("cups"))

constexpr auto bot = "bot@e.test/1";

std::string command(const std::string& attributes, const std::string& inside = {}) {
    return "<command xmlns='http://jabber.org/protocol/commands' " + attributes +
           (inside.empty() ? "/>" : ">" + inside + "</command>");
}
std::string set(const std::string& inside) {
    return "<iq type='set' to='bot@e.test/1'>" + inside + "</iq>";
}
const std::string form =
    "<x xmlns='jabber:x:data' type='form'><field var='drink'/><field var='cups'/></x>";
const std::string order = "<x xmlns='jabber:x:data' type='submit'><field var='drink'><value>tea"
                          "</value></field><field var='cups'><value>2</value></field></x>";

struct RemoteStage : Stage {
    RemoteStage() { client->register_handler(remote); }

    auto note() {
        return [this](const Answer<CommandResult>& answer) {
            if (!answer) return seen.add(answer.message());
            last = *answer;
            seen.add(std::string{to_string(answer->status)} + (answer->failed() ? "!" : "") +
                     (answer->form ? "+form" : ""));
        };
    }
    // What came of a command that was executed and answered so.
    std::string begun(const std::string& answer) {
        remote.execute(bot, "order", note());
        return Asked{*this}.result(answer);
    }

    RemoteCommands remote;
    CommandResult last;
};

} // namespace

TEST_CASE("remote commands: the list is of the account that was asked, and of no other") {
    RemoteStage stage;
    const auto note = [&](const Answer<CommandList>& answer) {
        if (!answer) return stage.seen.add(answer.message());
        for (const auto& each : answer->commands) stage.seen.add(each.node + '/' + each.name);
        stage.seen.add("end");
    };
    CHECK(stage.remote.list(bot, note));
    Asked asked{stage};
    CHECK(asked.xml == "<iq type='get' to='bot@e.test/1'><query "
                       "xmlns='http://jabber.org/protocol/disco#items' "
                       "node='http://jabber.org/protocol/commands'/></iq>");
    CHECK(asked.result("<query xmlns='http://jabber.org/protocol/disco#items'><item "
                       "jid='bot@e.test/1' node='a' name='A'/><item jid='evil@e.test' node='b'/>"
                       "<item jid='bot@e.test' node='c'/><item jid='bot@e.test/1'/>"
                       "<item node='d'/></query>") == "a/A c/ end");
    stage.remote.list(bot, note);
    CHECK(Asked{stage}.error("item-not-found") == "item-not-found (cancel)");
    stage.remote.list({}, note); // our own account
    CHECK(Asked{stage}.result("<query xmlns='http://jabber.org/protocol/disco#items'><item "
                              "jid='romeo@e.test' node='own'/></query>") == "own/ end");
    CHECK(stage.remote.list("@", note).error.code == Errc::invalid_jid);
}

TEST_CASE("remote commands: one step, and its result") {
    RemoteStage stage;
    CHECK(stage.remote.execute(bot, "order", stage.note()));
    Asked asked{stage};
    CHECK(asked.xml == set(command("node='order' action='execute'")));
    CHECK(asked.result(command("node='order' sessionid='s' status='completed' xml:lang='en'",
                               "<note type='error'>no tea</note><x xmlns='jabber:x:data' "
                               "type='result'><field var='drink'><value>tea</value></field>"
                               "<field var='cups'><value>2</value></field></x>"
                               "<x xmlns='jabber:x:oob'/>")) == "completed!+form");
    CHECK_FALSE(stage.last.executing());
    CHECK(stage.last.read<Order>()->cups == 2);
    CHECK(stage.last.notes.at(0).text == "no tea");
    CHECK(stage.last.payload.size() == 2);
    CHECK(stage.last.lang == "en");
    CHECK(stage.last.from == headstock::Jid{bot});
    CHECK(stage.remote.answer(stage.last, Order{}, {}).error.code == Errc::invalid_option);
    CHECK_FALSE(CommandResult{}.read<Order>());
}

TEST_CASE("remote commands: a form is answered by the usual action, or by one that is allowed") {
    RemoteStage stage;
    CHECK(stage.begun(command("node='order' sessionid='s' status='executing'",
                              "<actions execute='next'><next/></actions>" + form)) ==
          "executing+form");
    CHECK(stage.remote.prev(stage.last, stage.note()).error.code == Errc::invalid_option);
    CHECK(stage.remote.go_on(stage.last, CommandAction::complete, {}, stage.note()).error.code ==
          Errc::invalid_option);
    CHECK(stage.remote.answer(stage.last, Order{"tea", 2}, stage.note()));
    Asked second{stage};
    CHECK(second.xml == set(command("sessionid='s' node='order' action='next'", order)));
    CHECK(second.result(command("node='order' sessionid='s' status='executing'",
                                "<actions><prev/><complete/></actions>" + form)) ==
          "executing+form");
    // `next` is the default without a word, and is not allowed: what is, is complete.
    CHECK(stage.remote.answer(stage.last, Order{"tea", 2}, stage.note()));
    Asked third{stage};
    CHECK(third.xml == set(command("sessionid='s' node='order' action='complete'", order)));
    CHECK(
        third.error("bad-request", "<bad-payload xmlns='http://jabber.org/protocol/commands'/>") ==
        "bad-request (cancel)");
    CHECK(stage.remote.prev(stage.last, stage.note())); // the step is still a value
    Asked back{stage};
    CHECK(back.xml == set(command("sessionid='s' node='order' action='prev'")));
    CHECK(back.result(command("node='order' sessionid='s' status='executing'", form)) ==
          "executing+form");
    CHECK(stage.remote.cancel(stage.last, stage.note()));
    Asked cancel{stage};
    CHECK(cancel.xml == set(command("sessionid='s' node='order' action='cancel'")));
    CHECK(cancel.result(command("node='order' sessionid='s' status='canceled'")) == "canceled");
}

TEST_CASE("remote commands: a single stage has no actions, and is completed") {
    RemoteStage stage;
    CHECK(stage.begun(command("node='order' sessionid='s' status='executing'", form)) ==
          "executing+form");
    CHECK(stage.remote.answer(stage.last, Order{"tea", 2}, stage.note()));
    CHECK(Asked{stage}.xml == set(command("sessionid='s' node='order' action='complete'", order)));
    CHECK_FALSE(stage.remote.go_on(stage.last, CommandAction::next, {}, {}));
}

TEST_CASE("remote commands: without a status it goes on if there is something to do") {
    RemoteStage stage;
    CHECK(stage.begun(command("node='order' sessionid='s'", form)) == "executing+form");
    CHECK(stage.begun(command("node='order' sessionid='s' status='odd'",
                              "<actions><next/></actions>")) == "executing");
    CHECK(stage.begun(command("node='order' sessionid='s'", "<note>x</note>")) == "completed");
    CHECK(stage.begun(command("node='order'", form)) == "completed+form"); // in no session
    CHECK(stage.begun(command("node='order' status='executing'", form))
              .find("its session is not named") != std::string::npos);
    CHECK(stage.begun(command("status='completed'")).find("node is missing") != std::string::npos);
}

TEST_CASE("remote commands: nobody else answers, and silence ends") {
    RemoteStage stage;
    const auto silent = [&](const Answer<CommandResult>& answer) {
        REQUIRE(answer.failure() != nullptr);
        CHECK(answer.failure()->code == Errc::timed_out);
        stage.seen.add("silence");
    };
    CHECK(stage.remote.execute(bot, "order", silent, std::chrono::milliseconds{5000}));
    const auto iq = headstock::Element::parse(stage.take()).value();
    CHECK(stage
              .seen_in("<iq type='result' from='bot@e.test/2' id='" +
                       std::string{iq.attribute("id")} + "'>" +
                       command("node='order' status='completed'") + "</iq>")
              .empty());
    stage.pass(5001);
    CHECK(stage.seen.take() == "silence");
    CHECK(stage.remote.execute(bot, "order", {}));
    CHECK(Asked{stage}.result(command("node='order' status='completed'")).empty());
}

TEST_CASE("remote commands: outside a session nothing is sent") {
    RemoteCommands remote;
    const CommandResult step{.node = "n", .session = "s", .status = CommandStatus::executing};
    CHECK(remote.list(bot, {}).error.code == Errc::session_over);
    CHECK(remote.execute(bot, "n", {}).error.code == Errc::session_over);
    CHECK(remote.cancel(step, {}).error.code == Errc::session_over);
    {
        Stage stage;
        stage.client->register_handler(remote);
        CHECK(remote.execute("@", "n", {}).error.code == Errc::invalid_jid);
    }
    CHECK(remote.execute(bot, "n", {}).error.code == Errc::session_over);
}

TEST_CASE("remote commands: a callback may destroy the object and the client") {
    Stage stage;
    auto remote = std::make_unique<RemoteCommands>();
    stage.client->register_handler(*remote);
    remote->execute(bot, "order", [&](const Answer<CommandResult>&) {
        stage.client->unregister_handler(*remote);
        remote.reset();
        stage.client.reset();
    });
    const auto iq = headstock::Element::parse(stage.take()).value();
    stage.says("<iq type='result' from='bot@e.test/1' id='" + std::string{iq.attribute("id")} +
               "'>" + command("node='order' status='completed'") + "</iq>");
    CHECK(remote == nullptr);
}
