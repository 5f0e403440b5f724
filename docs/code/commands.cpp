// docs/guide/commands.md
#include <doctest/doctest.h>

#include <headstock/extensions/commands.hpp>
#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/remote_commands.hpp>
#include <headstock/testing/stage.hpp>

#include <optional>
#include <string>

namespace commands_page {

using headstock::CommandAccess, headstock::CommandCall, headstock::CommandFollows,
    headstock::CommandNoteType, headstock::CommandReply, headstock::CommandStep;

// page: form
struct Order {
    std::string drink{};
    int cups = 1;
};
HEADSTOCK_FORM(Order,
               "",
               form_field<&self::drink>("drink", {}, "What will it be?"),
               form_field<&self::cups>("cups", {}, "How many cups?"))
// page: end

struct Where {
    std::string table{};
};
HEADSTOCK_FORM(Where, "", form_field<&self::table>("table"))

// page: offer
void offer(headstock::Commands& commands) {
    // Nobody but our own account: the default.
    commands.offer("stop", "Stop the bar",
                   [](const CommandCall&) { return CommandStep::done("Good night"); });

    // Everybody; the form is asked for first, and the function is called when it is filled.
    commands.offer<Order>("order", "Order a drink", CommandAccess::everybody(),
                          [](const Order& order, const CommandCall& call) {
                              if (order.cups > 10) return CommandStep::failed("We have ten cups");
                              return CommandStep::done("One moment, " +
                                                       std::string{call.requester.local()});
                          });
}
// page: end

// page: steps
CommandStep begin(const CommandCall&) {
    return CommandStep::ask(
               Order{"tea", 2}, // as a proposal
               [](const Order& order, const CommandCall&) {
                   return CommandStep::ask(
                       Where{}, [order](const Where& where, const CommandCall&) {
                           return CommandStep::done(order.drink + " to table " + where.table);
                       });
               },
               CommandFollows::more)
        .titled("A drink", "It is brought to your table.");
}
// page: end

// page: later
struct SlowBar {
    std::optional<CommandReply> waits{};

    void asked(const CommandCall&, CommandReply reply) { waits = std::move(reply); }
    void boiled() { (*waits)(CommandStep::done("Here it is")); }
};
// page: end

void offer_slowly(headstock::Commands& commands, SlowBar& bar) {
    // page: slow
    commands.offer(
        "tea", "Tea", CommandAccess::everybody(),
        [&bar](const CommandCall& call, CommandReply reply) { bar.asked(call, std::move(reply)); });
    // page: end
}

// page: use
void order(headstock::RemoteCommands& remote, const std::string& bar, std::string& said) {
    using headstock::Answer, headstock::CommandResult;
    const auto last = [&said](const Answer<CommandResult>& answer) {
        if (!answer) {
            said = answer.message(); // refused, or no answer
        } else {
            for (const auto& note : answer->notes) said += note.text; // not to be trusted
        }
    };
    remote.execute(bar, "order", [&remote, last](const Answer<CommandResult>& answer) {
        if (answer && answer->executing())
            remote.answer(*answer, Order{"coffee", 2}, last);
        else
            last(answer);
    });
}
// page: end

// page: list
void list(headstock::RemoteCommands& remote, const std::string& bar, std::string& menu) {
    remote.list(bar, [&menu](const headstock::Answer<headstock::CommandList>& answer) {
        if (!answer) return;
        for (const auto& each : answer->commands) menu += each.node + ": " + each.name + '\n';
    });
}
// page: end

std::string asked(const std::string& attributes, const std::string& inside = {}) {
    return "<iq type='set' id='1' from='juliet@example.org/balcony'><command "
           "xmlns='http://jabber.org/protocol/commands' " +
           attributes + ">" + inside + "</command></iq>";
}
std::string submit(const std::string& var, const std::string& value) {
    return "<field var='" + var + "'><value>" + value + "</value></field>";
}
std::string form(const std::string& fields) {
    return "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>";
}

/// A step of Juliet's, and the <command/> that came back.
headstock::Element step(headstock::testing::Stage& stage,
                        const std::string& attributes,
                        const std::string& inside = {}) {
    stage.says(asked(attributes, inside));
    stage.settle();
    const auto sent = stage.sent_elements();
    REQUIRE(sent.size() == 1);
    return sent[0].first_child();
}

TEST_CASE("pages: commands are offered to whom they are for, and steps know each other") {
    headstock::testing::Stage stage;
    headstock::Disco disco{{{"client", "bot", "bar"}}};
    headstock::Commands commands{disco};
    offer(commands);
    commands.offer("table", "To the table", CommandAccess::everybody(), begin);
    SlowBar bar;
    offer_slowly(commands, bar);
    stage.client().register_handler(disco);
    stage.client().register_handler(commands);
    stage.login();
    stage.says(asked("node='stop'"));
    stage.settle();
    CHECK(stage.sent().find("forbidden") != std::string::npos);

    auto first = step(stage, "node='order'");
    const auto id = "node='order' sessionid='" + std::string{first.attribute("sessionid")} + "'";
    CHECK(
        step(stage, id, form(submit("drink", "tea") + submit("cups", "2"))).child("note").text() ==
        "One moment, juliet");

    first = step(stage, "node='table'");
    CHECK(first.child("x", headstock::ns::data_forms).child("title").text() == "A drink");
    const auto table = "node='table' sessionid='" + std::string{first.attribute("sessionid")} + "'";
    step(stage, table + " action='next'", form(submit("drink", "milk") + submit("cups", "1")));
    CHECK(step(stage, table + " action='complete'", form(submit("table", "4")))
              .child("note")
              .text() == "milk to table 4");

    stage.says(asked("node='tea'"));
    stage.settle();
    CHECK(stage.sent().empty());
    bar.boiled();
    stage.settle();
    CHECK(stage.sent().find("Here it is") != std::string::npos);
}

TEST_CASE("pages: somebody else's command is listed and used") {
    headstock::testing::Stage stage;
    headstock::RemoteCommands remote;
    stage.client().register_handler(remote);
    stage.login();
    std::string menu;
    std::string said;
    const std::string bar = "bar@example.org/1";
    const auto answer = [&](const std::string& payload) {
        stage.settle();
        const auto id = std::string{stage.sent_elements().at(0).attribute("id")};
        stage.says("<iq type='result' id='" + id + "' from='" + bar + "'>" + payload + "</iq>");
    };
    list(remote, bar, menu);
    answer("<query xmlns='http://jabber.org/protocol/disco#items'><item jid='" + bar +
           "' node='order' name='Order a drink'/></query>");
    CHECK(menu == "order: Order a drink\n");
    order(remote, bar, said);
    answer("<command xmlns='http://jabber.org/protocol/commands' node='order' sessionid='s' "
           "status='executing'><x xmlns='jabber:x:data' type='form'/></command>");
    answer("<command xmlns='http://jabber.org/protocol/commands' node='order' sessionid='s' "
           "status='completed'><note>It comes</note></command>");
    CHECK(said == "It comes");
}

} // namespace commands_page
