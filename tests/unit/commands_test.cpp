// XEP-0050, offered: who may, what is listed, and what the steps are.
#include "tests/support/commands_stage.hpp"
#include "tests/support/component_stage.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

namespace ns = headstock::ns;
using headstock::CommandAccess, headstock::CommandCall, headstock::CommandFault,
    headstock::CommandFollows, headstock::CommandNoteType, headstock::CommandReply,
    headstock::Commands, headstock::CommandStep, headstock::Disco, headstock::Element,
    headstock::Jid;
using support::asked, support::CommandsStage, support::filled, support::Order, support::Stage,
    support::theirs, support::told;

TEST_CASE("commands: one that needs nothing is done at once") {
    CommandsStage stage;
    stage.commands.offer(
        "uptime", "Uptime", CommandAccess::everybody(), [](const CommandCall& call) {
            CHECK(call.requester == Jid{theirs});
            CHECK(call.asked == Jid{"romeo@e.test/r"});
            CHECK(call.node == "uptime");
            CHECK(call.action == headstock::CommandAction::execute);
            CHECK(call.lang == "de");
            CHECK_FALSE(call.form);
            return CommandStep::done("3 days").language("en").add(Element{"x", "jabber:x:oob"});
        });
    const auto xml =
        stage.answer_to(asked("node='uptime' action='execute' xml:lang='de' status='completed'"));
    auto iq = Element::parse(xml).value();
    auto& command = *iq.find("command", ns::commands);
    CHECK(command.attribute("sessionid").size() == 24);
    command.unset("sessionid");
    CHECK(iq.xml() ==
          "<iq to='juliet@e.test/balcony' type='result' id='i'><command "
          "xmlns='http://jabber.org/protocol/commands' node='uptime' status='completed' "
          "xml:lang='en'><note>3 days</note><x xmlns='jabber:x:oob'/></command></iq>");
    CHECK(stage.commands.sessions() == 0);
}

TEST_CASE("commands: without a word who may, it is for our own account") {
    CommandsStage stage;
    stage.commands.offer("order", "Order", [](const CommandCall& call) {
        return CommandStep::done(call.requester.str());
    });
    CHECK(stage.says_to("node='order'") == "forbidden/");
    CHECK(stage.says_to("node='order'", {}, "romeo@e.test.evil/r") == "forbidden/");
    CHECK(stage.says_to("node='order'", {}, "e.test") == "forbidden/");
    CHECK(stage.says_to("node='order'", {}, "romeo@e.test/phone") ==
          "completed: info romeo@e.test/phone");
    CHECK(stage.says_to("node='order'", {}, "") == "completed: info romeo@e.test");
    CHECK(stage.says_to("node='order'", {}, "@e.test/r") == "forbidden/"); // no address
    CHECK(stage.answer_to(asked("node='order'")).find("error type='cancel'") != std::string::npos);
}

TEST_CASE("commands: who may is said by accounts, or by a function for each step") {
    CommandsStage stage;
    bool may = true;
    stage.commands.offer<Order>(
        "order", "Order", CommandAccess{[&](const Jid& requester) {
            stage.seen.add(requester.str());
            return may;
        }},
        [](const Order&, const CommandCall&) { return CommandStep::done(); });
    CHECK(stage.says_to("node='order'").substr(0, 9) == "executing");
    CHECK(stage.seen.take() == theirs);
    may = false;
    CHECK(stage.goes_on("complete", filled("tea")) == "forbidden/");
    const auto few = CommandAccess::accounts({Jid{"a@x"}, Jid{"b@x/1"}, Jid{}});
    const Jid own{"romeo@e.test/r"};
    CHECK(few.allows(Jid{"a@x/any"}, own));
    CHECK(few.allows(Jid{"a@x"}, own));
    CHECK(few.allows(Jid{"b@x/1"}, own));
    CHECK_FALSE(few.allows(Jid{"b@x/2"}, own));
    CHECK_FALSE(few.allows(Jid{"b@x"}, own));
    CHECK_FALSE(few.allows(Jid{}, own));
    CHECK_FALSE(few.allows(own, own));
    CHECK(CommandAccess{}.allows(Jid{"any@bot.e.test/x"}, Jid{"bot.e.test"}));
    CHECK_FALSE(CommandAccess{}.allows(Jid{"any@e.test/x"}, Jid{"bot.e.test"}));
}

TEST_CASE("commands: each asker is shown what is for them") {
    CommandsStage stage;
    stage.offer_order();
    stage.commands.offer("stop", "Stop the bot",
                         [](const CommandCall&) { return CommandStep::done(); });
    CHECK(stage.about("items", "http://jabber.org/protocol/commands") ==
          "<iq to='juliet@e.test/balcony' type='result' id='d'><query "
          "xmlns='http://jabber.org/protocol/disco#items' "
          "node='http://jabber.org/protocol/commands'><item jid='romeo@e.test/r' name='Order a "
          "drink' node='order'/></query></iq>");
    const auto ours = stage.about("items", "http://jabber.org/protocol/commands", "romeo@e.test/x");
    CHECK(ours.find("name='Stop the bot'") != ours.npos);
    CHECK(stage.about("info", "http://jabber.org/protocol/commands").find("command-list") !=
          std::string::npos);
    CHECK(stage.about("info", "order") ==
          "<iq to='juliet@e.test/balcony' type='result' id='d'><query "
          "xmlns='http://jabber.org/protocol/disco#info' node='order'><identity "
          "category='automation' type='command-node' name='Order a drink'/><feature "
          "var='http://jabber.org/protocol/commands'/><feature var='jabber:x:data'/></query></iq>");
    CHECK(told(stage.about("info", "stop")) == "forbidden/");
    CHECK(told(stage.about("info", "other")) == "item-not-found/");
    CHECK(told(stage.about("items", "other")) == "item-not-found/");
    CHECK(stage.about("items", "order").find("node='order'/>") != std::string::npos);
    const auto info = stage.disco.info();
    CHECK(info.has_feature(ns::commands));
    CHECK(info.has_feature(ns::data_forms));
}

TEST_CASE("commands: discovery holds when they have gone, and nodes of its own come first") {
    Stage stage;
    Disco disco{{{"client", "bot"}}};
    auto commands = std::make_unique<Commands>(disco);
    disco.add_nodes({}); // says nothing
    stage.client->register_handler(disco);
    const auto about = [&](const std::string& what, const std::string& node) {
        return stage.answer_to("<iq type='get' id='d' from='a@x/y'><query "
                               "xmlns='http://jabber.org/protocol/disco#" +
                               what + "' node='" + node + "'/></iq>");
    };
    CHECK(about("items", "http://jabber.org/protocol/commands").find("item jid") ==
          std::string::npos);
    disco.set_node("order", {.identities = {{"hierarchy", "leaf"}}});
    commands->offer("order", "Order", CommandAccess::everybody(),
                    [](const CommandCall&) { return CommandStep::done(); });
    CHECK(about("info", "order").find("hierarchy") != std::string::npos);
    commands.reset();
    CHECK(about("items", "http://jabber.org/protocol/commands").find("item-not-found") !=
          std::string::npos);
    CHECK(about("info", "http://jabber.org/protocol/commands").find("item-not-found") !=
          std::string::npos);
}

TEST_CASE("commands: a typed form is asked for, read, and refused as long as it does not read") {
    CommandsStage stage;
    stage.offer_order();
    CHECK(stage.says_to("node='order'") == "executing complete drink= cups=1");
    CHECK(stage.goes_on("complete") == "bad-request/bad-payload");
    CHECK(stage.goes_on("complete", filled("")) == "bad-request/bad-payload"); // left open
    CHECK(stage.goes_on("complete", filled("tea", "many")) == "bad-request/bad-payload");
    CHECK(stage.goes_on("complete", "<x xmlns='jabber:x:data' type='submit'><field var='cups'>"
                                    "<value>2</value></field></x>") == "bad-request/bad-payload");
    CHECK(stage.seen.take().empty());
    CHECK(stage.goes_on("complete", filled("tea")) == "completed: info it comes");
    CHECK(stage.seen.take() == "tea*2 " + theirs);
    CHECK(stage.goes_on("complete", filled("tea")) == "not-allowed/session-expired");
    CHECK(stage.commands.sessions() == 0);
}

TEST_CASE("commands: the form is the title and the fields, and says what may follow") {
    CommandsStage stage;
    stage.offer_order();
    const auto xml = stage.answer_to(asked("node='order'"));
    CHECK(xml.find("<actions execute='complete'><complete/></actions><x xmlns='jabber:x:data' "
                   "type='form'><title>Order a drink</title><field var='drink' "
                   "type='text-single'><required/><value/></field>") != std::string::npos);
}

TEST_CASE("commands: steps go on, and back, and know what was filled before") {
    CommandsStage stage;
    stage.offer_steps();
    CHECK(stage.says_to("node='order'") == "executing next drink=tea cups=1");
    CHECK(stage.goes_on("prev") == "bad-request/bad-action");
    CHECK(stage.goes_on("complete", filled("mate")) == "bad-request/bad-action");
    CHECK(stage.goes_on("jump", filled("mate")) == "bad-request/malformed-action");
    CHECK(stage.goes_on("next", filled("mate")) ==
          "executing prev complete: warn nearly drink=mate+ cups=1");
    CHECK(stage.goes_on("prev") == "executing next drink=tea cups=1");
    CHECK(stage.goes_on("", filled("milk")) ==
          "executing prev complete: warn nearly drink=milk+ cups=1"); // the usual action
    CHECK(stage.goes_on("next", filled("x")) == "bad-request/bad-action");
    CHECK(stage.goes_on("execute", filled("sugar")) == "completed");
    CHECK(stage.seen.take() == "milk,sugar complete");
}

TEST_CASE("commands: prev leads back so many forms and no more") {
    Stage stage;
    Commands commands{{.stages = 2}};
    stage.client->register_handler(commands);
    std::function<CommandStep(const CommandCall&)> more = [&](const CommandCall&) {
        return CommandStep::ask(headstock::DataForm{}, more, CommandFollows::either);
    };
    commands.offer("order", "Order", CommandAccess::everybody(), more);
    const auto first = stage.answer_to(asked("node='order'"));
    const auto begin = first.find("sessionid='");
    const auto id = first.substr(begin, first.find('\'', begin + 11) - begin + 1);
    const auto go = [&](const std::string& action) {
        return told(stage.answer_to(asked("node='order' " + id + " action='" + action + "'")));
    };
    for (int i = 0; i < 5; ++i) CHECK(go("next") == "executing prev next complete");
    CHECK(go("prev") == "executing next complete");
    CHECK(go("prev") == "bad-request/bad-action");
    CHECK(go("complete") == "executing prev next complete");
}

TEST_CASE("commands: a refused step leaves the session where it was") {
    CommandsStage stage;
    stage.commands.offer(
        "order", "Order", CommandAccess::everybody(), [&](const CommandCall& call) {
            if (call.lang == "fr")
                return CommandStep::refuse(CommandFault::bad_locale, "no French");
            return CommandStep::ask(headstock::DataForm{}, [&](const CommandCall& next) {
                stage.seen.add(next.lang);
                return next.form ? CommandStep::done().result(Order{"tea"})
                                 : CommandStep::refuse({headstock::Condition::conflict});
            });
        });
    CHECK(stage.says_to("node='order' xml:lang='fr'") == "bad-request/bad-locale");
    CHECK(stage.commands.sessions() == 0);
    CHECK(stage.says_to("node='order' xml:lang='de'") == "executing complete");
    CHECK(stage.goes_on("complete") == "conflict/");
    CHECK(stage.goes_on("complete", filled("x")) == "completed drink=tea cups=1");
    CHECK(stage.seen.take() == "de de"); // the session's
}

TEST_CASE("commands: what is asked for is a form, and what came of it a result") {
    CommandsStage stage;
    stage.commands.offer("order", "Order", CommandAccess::everybody(), [](const CommandCall&) {
        return CommandStep::ask(headstock::to_form(Order{"tea"}), [](const CommandCall&) {
            return CommandStep::done().result(headstock::to_form(Order{"tea"}));
        });
    });
    const auto xml = stage.answer_to(asked("node='order'"));
    CHECK(xml.find("<x xmlns='jabber:x:data' type='form'>") != std::string::npos);
    const auto begin = xml.find("sessionid='");
    const auto id = xml.substr(begin, xml.find('\'', begin + 11) - begin + 1);
    CHECK(stage.answer_to(asked("node='order' " + id, filled("tea")))
              .find("<x xmlns='jabber:x:data' type='result'>") != std::string::npos);
}

TEST_CASE("commands: a field that a plain form requires must have a value") {
    CommandsStage stage;
    headstock::DataForm form;
    form.set("drink", {}).fields.back().required = true;
    stage.commands.offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        return CommandStep::ask(form, [&](const CommandCall& call) {
            return CommandStep::done(std::string{call.form->value("drink")});
        });
    });
    stage.says_to("node='order'");
    CHECK(stage.goes_on("complete") == "bad-request/bad-payload");
    CHECK(stage.goes_on("complete", "<x xmlns='jabber:x:data' type='submit'><field var='drink'/>"
                                    "</x>") == "bad-request/bad-payload");
    CHECK(stage.goes_on("complete", filled("rum")) == "completed: info rum");
}

TEST_CASE("commands: a component offers them at each of its addresses") {
    support::ComponentStage stage;
    Disco disco{{{"gateway", "sms"}}};
    Commands commands{disco};
    stage.component.register_handler(disco);
    stage.component.register_handler(commands);
    commands.offer<Order>(
        "order", "Order", CommandAccess::everybody(),
        [](const Order&, const CommandCall& call) { return CommandStep::done(call.asked.str()); });
    const auto say = [&](const std::string& to, const std::string& attributes,
                         const std::string& inside = {}) {
        return stage.answer_to("<iq type='set' id='i' from='a@x/y' to='" + to +
                               "'><command xmlns='http://jabber.org/protocol/commands' "
                               "node='order' " +
                               attributes + ">" + inside + "</command></iq>");
    };
    const auto xml = say("one@bot.e.test", "");
    const auto begin = xml.find("sessionid='");
    const auto id = xml.substr(begin, xml.find('\'', begin + 11) - begin + 1);
    CHECK(say("two@bot.e.test", id, filled("x")).find("bad-sessionid") != std::string::npos);
    const auto done = say("one@bot.e.test", id, filled("x"));
    CHECK(done.find("from='one@bot.e.test'") != std::string::npos);
    CHECK(done.find("<note>one@bot.e.test</note>") != std::string::npos);
    CHECK(stage
              .answer_to("<iq type='get' id='d' from='a@x/y' to='one@bot.e.test'><query "
                         "xmlns='http://jabber.org/protocol/disco#items' "
                         "node='http://jabber.org/protocol/commands'/></iq>")
              .find("<item jid='one@bot.e.test'") != std::string::npos);
}
