// XEP-0050, offered: sessions, how long they live, whose they are, and how many strangers may have.
#include "tests/support/commands_stage.hpp"
#include "tests/support/managed_kit.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using headstock::CommandAccess, headstock::CommandCall, headstock::CommandFault,
    headstock::CommandFollows, headstock::CommandNoteType, headstock::CommandReply,
    headstock::Commands, headstock::CommandStep, headstock::Disco, headstock::Element,
    headstock::Jid;
using support::asked, support::CommandsStage, support::filled, support::Order, support::Stage,
    support::theirs, support::told;

TEST_CASE("commands: cancel ends a session, and what its functions hold") {
    CommandsStage stage;
    auto held = std::make_shared<int>(1);
    stage.commands.offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        return CommandStep::ask(headstock::DataForm{},
                                [held](const CommandCall&) { return CommandStep::done(); });
    });
    stage.says_to("node='order'");
    CHECK(held.use_count() == 2);
    CHECK(stage.goes_on("cancel") == "canceled");
    CHECK(held.use_count() == 1);
    CHECK(stage.goes_on("cancel") == "not-allowed/session-expired");
}

TEST_CASE("commands: a session is worth nothing to others, and nothing is told of it") {
    CommandsStage stage;
    stage.offer_steps();
    stage.commands.offer("other", "Other", CommandAccess::everybody(),
                         [](const CommandCall&) { return CommandStep::done(); });
    stage.says_to("node='order'");
    CHECK(stage.goes_on("next", filled("x"), "juliet@e.test/garden") ==
          "bad-request/bad-sessionid");
    CHECK(stage.goes_on("cancel", {}, "mercutio@e.test/x") == "bad-request/bad-sessionid");
    CHECK(stage.says_to("node='other' sessionid='" + stage.id + "'") ==
          "bad-request/bad-sessionid");
    CHECK(stage.says_to("node='order' sessionid='made-up'") == "bad-request/bad-sessionid");
    CHECK(stage.says_to("node='order' action='cancel'") == "bad-request/bad-sessionid");
    CHECK(stage.says_to("node='order' action='next'") == "bad-request/bad-sessionid");
    CHECK(stage.says_to("node='none'") == "item-not-found/");
    CHECK(stage.goes_on("cancel") == "canceled");
    CHECK(stage.goes_on("next", {}, "juliet@e.test/garden") == "bad-request/bad-sessionid");
}

TEST_CASE("commands: an account has four sessions, of which the oldest goes") {
    CommandsStage stage;
    stage.offer_steps();
    std::vector<std::string> ids;
    for (int i = 0; i < 4; ++i) {
        stage.says_to("node='order'", {}, "juliet@e.test/" + std::to_string(i));
        ids.push_back(stage.id);
    }
    stage.id = ids[0];
    CHECK(stage.goes_on("next", filled("tea"), "juliet@e.test/0").substr(0, 9) == "executing");
    stage.says_to("node='order'", {}, "juliet@e.test/4");
    stage.says_to("node='order'", {}, "mercutio@e.test/1");
    CHECK(stage.commands.sessions() == 5);
    stage.id = ids[1]; // 0 was used later
    CHECK(stage.goes_on("next", {}, "juliet@e.test/1") == "not-allowed/session-expired");
    stage.id = ids[0];
    CHECK(stage.goes_on("cancel", {}, "juliet@e.test/0") == "canceled");
}

TEST_CASE("commands: what is under way is not ended for a new one") {
    CommandsStage stage;
    std::vector<CommandReply> later;
    stage.commands.offer("slow", "Slow", CommandAccess::everybody(),
                         [&](const CommandCall&, CommandReply reply) { later.push_back(reply); });
    stage.offer_steps();
    stage.says_to("node='slow'");
    stage.says_to("node='order'");
    stage.says_to("node='slow'");
    stage.says_to("node='slow'");
    CHECK(stage.says_to("node='slow'") == "nothing"); // in the place of the one that waited
    CHECK(stage.commands.sessions() == 4);
    CHECK(stage.goes_on("cancel") == "not-allowed/session-expired");
    CHECK(stage.says_to("node='slow'") == "resource-constraint/");
    later.front()(CommandStep::done("the first"));
    CHECK(told(stage.take()) == "completed: info the first");
    CHECK(stage.says_to("node='order'").substr(0, 9) == "executing");
}

TEST_CASE("commands: strangers together have no more sessions than there may be") {
    CommandsStage stage;
    stage.offer_steps();
    for (int i = 0; i < 300; ++i)
        stage.answer_to(asked("node='order'", {}, "a" + std::to_string(i) + "@x/y"));
    CHECK(stage.commands.sessions() == 256);
    CHECK(stage.says_to("node='order'") == "resource-constraint/");
}

TEST_CASE("commands: strangers cannot keep our own account out, and it cannot take all there is") {
    CommandsStage stage;
    stage.offer_steps();
    for (int i = 0; i < 300; ++i)
        stage.answer_to(asked("node='order'", {}, "a" + std::to_string(i) + "@x/y"));
    for (const auto* own : {"romeo@e.test/other", "romeo@e.test/r", "romeo@e.test"}) {
        CAPTURE(own);
        CHECK(stage.says_to("node='order'", {}, own).substr(0, 9) == "executing");
    }
    CHECK(stage.commands.sessions() == 259);
    for (int i = 0; i < 10; ++i)
        stage.says_to("node='order'", {}, "romeo@e.test/" + std::to_string(i));
    CHECK(stage.commands.sessions() == 260); // four of one account
    CHECK(stage.says_to("node='order'") == "resource-constraint/");
}

TEST_CASE("commands: what is reserved has a limit, and may be nothing") {
    for (const std::size_t reserved : {0u, 2u}) {
        CAPTURE(reserved);
        CommandsStage stage;
        stage.client->unregister_handler(stage.commands);
        Commands few{headstock::CommandLimits{.sessions = 1, .reserved = reserved, .of_one = 9}};
        few.offer("order", "Order", CommandAccess::everybody(), [](const CommandCall&) {
            return CommandStep::ask(headstock::DataForm{},
                                    [](const CommandCall&) { return CommandStep::done(); });
        });
        stage.client->register_handler(few);
        stage.says_to("node='order'");
        for (int i = 0; i < 5; ++i)
            stage.says_to("node='order'", {}, "romeo@e.test/" + std::to_string(i));
        CHECK(few.sessions() == 1 + reserved);
    }
}

TEST_CASE("commands: a session ends ten minutes behind its last step") {
    CommandsStage stage;
    stage.offer_steps();
    stage.says_to("node='order'");
    stage.pass(599'000);
    CHECK(stage.goes_on("next", filled("tea")).substr(0, 9) == "executing");
    stage.pass(599'000);
    CHECK(stage.commands.sessions() == 1);
    stage.pass(2'000);
    CHECK(stage.commands.sessions() == 0);
    CHECK(stage.goes_on("complete", filled("x")) == "not-allowed/session-expired");
}

TEST_CASE("commands: an answer may take its time, and is given once") {
    CommandsStage stage;
    std::optional<CommandReply> later;
    stage.commands.offer("order", "Order", CommandAccess::everybody(),
                         [&](const CommandCall&, CommandReply reply) { later = reply; });
    CHECK(stage.says_to("node='order'") == "nothing");
    (*later)(CommandStep::ask(
        Order{}, [&](const Order&, const CommandCall&, CommandReply reply) { later = reply; }));
    (*later)(CommandStep::done());
    CHECK(told(stage.take()) == "executing complete drink= cups=1");
    stage.says_to("node='order'"); // finds the id of a second one
    (*later)(CommandStep::ask(
        Order{}, [&](const Order&, const CommandCall&, CommandReply reply) { later = reply; }));
    const auto xml = stage.take();
    stage.id = std::string{Element::parse(xml).value().first_child().attribute("sessionid")};
    CHECK(stage.goes_on("complete", filled("tea")) == "nothing");
    CHECK(stage.goes_on("complete", filled("tea")) == "bad-request/bad-action"); // under way
    (*later)(CommandStep::failed("no tea"));
    CHECK(told(stage.take()) == "completed: error no tea");
}

TEST_CASE("commands: a second answer changes nothing") {
    CommandsStage stage;
    std::optional<CommandReply> later;
    stage.commands.offer("order", "Order", CommandAccess::everybody(),
                         [&](const CommandCall&, CommandReply reply) { later = reply; });
    stage.says_to("node='order'");
    (*later)(CommandStep::ask(
        Order{}, [](const Order&, const CommandCall&) { return CommandStep::done("once"); }));
    const auto iq = Element::parse(stage.take()).value();
    stage.id = std::string{iq.first_child().attribute("sessionid")};
    (*later)(CommandStep::done("twice"));
    CHECK(stage.take().empty());
    CHECK(stage.goes_on("complete", filled("tea")) == "completed: info once");
}

TEST_CASE("commands: what is cancelled or over time meanwhile has no answer but that") {
    CommandsStage stage;
    std::optional<CommandReply> later;
    stage.commands.offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        return CommandStep::ask(
            Order{}, [&](const Order&, const CommandCall&, CommandReply reply) { later = reply; });
    });
    stage.says_to("node='order'");
    CHECK(stage.goes_on("complete", filled("tea")) == "nothing");
    CHECK(stage.goes_on("cancel") == "canceled");
    (*later)(CommandStep::done());
    CHECK(told(stage.take()) == "not-allowed/session-expired");
    stage.says_to("node='order'");
    CHECK(stage.goes_on("complete", filled("tea")) == "nothing");
    stage.pass(601'000);
    (*later)(CommandStep::done());
    CHECK(told(stage.take()) == "not-allowed/session-expired");
}

TEST_CASE("commands: an answer that is dropped, or cannot be written, is the library's") {
    CommandsStage stage;
    stage.commands.offer("order", "Order", CommandAccess::everybody(),
                         [&](const CommandCall&, const CommandReply&) {});
    CHECK(stage.says_to("node='order'") == "internal-server-error/");
    CHECK(stage.commands.sessions() == 0);
    stage.commands.offer(
        "order", "Order", CommandAccess::everybody(),
        [&](const CommandCall&) -> CommandStep { throw std::runtime_error("ours"); });
    CHECK(stage.says_to("node='order'") == "internal-server-error/");
    CHECK(stage.seen.take() == "threw");
    stage.commands.offer("order", "Order", CommandAccess::everybody(),
                         [&](const CommandCall&) { return CommandStep::done("\x01"); });
    CHECK(stage.says_to("node='order'") == "internal-server-error/");
    CHECK(stage.seen.take() == "threw");
    CHECK(stage.commands.sessions() == 0);
}

TEST_CASE("commands: one is replaced, and withdrawn with its sessions") {
    CommandsStage stage;
    stage.offer_steps();
    stage.says_to("node='order'");
    stage.offer_order();
    CHECK(stage.says_to("node='order'") == "executing complete drink= cups=1");
    CHECK(stage.commands.sessions() == 2);
    CHECK(stage.commands.withdraw("order"));
    CHECK(stage.commands.sessions() == 0);
    CHECK(stage.goes_on("complete", filled("x")) == "item-not-found/");
    CHECK_FALSE(stage.commands.withdraw("order"));
}

TEST_CASE("commands: sessions end with that of the client, and the next has its own") {
    headstock::Options options = support::in_clear();
    options.reconnect = headstock::Backoff{};
    support::Stage stage{options};
    Commands commands;
    stage.client->register_handler(commands);
    commands.offer<Order>("order", "Order", CommandAccess::everybody(),
                          [](const Order&, const CommandCall&) { return CommandStep::done(); });
    const auto first = stage.answer_to(asked("node='order'"));
    CHECK(commands.sessions() == 1);
    stage.lose();
    CHECK(commands.sessions() == 0);
    stage.come_back();
    stage.take();
    CHECK(told(stage.answer_to(asked("node='order'"))) == "executing complete drink= cups=1");
    stage.pass(700'000);
    CHECK(commands.sessions() == 0);
}

TEST_CASE("commands: sessions go on when that of the client is resumed") {
    support::Managed kit;
    kit.enable();
    Commands commands;
    kit.client->register_handler(commands);
    commands.offer<Order>(
        "order", "Order", CommandAccess::everybody(),
        [](const Order& order, const CommandCall&) { return CommandStep::done(order.drink); });
    kit.says(asked("node='order'"));
    const auto xml = kit.take();
    const auto begin = xml.find("sessionid='");
    const auto id = xml.substr(begin, xml.find('\'', begin + 11) - begin + 1);
    kit.lose();
    kit.resume(1);
    kit.take();
    CHECK(commands.sessions() == 1);
    kit.says(asked("node='order' " + id, filled("tea")));
    CHECK(kit.take().find("<note>tea</note>") != std::string::npos);
}

TEST_CASE("commands: a session may hold its own answer, and end by it") {
    CommandsStage stage;
    struct Held {
        std::optional<CommandReply> reply{};
    };
    std::weak_ptr<Held> seen;
    stage.commands.offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        auto held = std::make_shared<Held>();
        seen = held;
        return CommandStep::ask(
            headstock::DataForm{},
            [held](const CommandCall&, CommandReply reply) { held->reply = std::move(reply); });
    });
    stage.says_to("node='order'");
    CHECK(stage.goes_on("complete") == "nothing");
    (*seen.lock()->reply)(CommandStep::done("at last"));
    CHECK(told(stage.take()) == "completed: info at last");
    CHECK(seen.expired());
    stage.says_to("node='order'");
    stage.goes_on("complete");
    stage.pass(700'000); // the last copy goes with the session
    CHECK(told(stage.take()) == "internal-server-error/");
    CHECK(seen.expired());
}

TEST_CASE("commands: a function may unregister and destroy what it is in") {
    Stage stage;
    auto commands = std::make_unique<Commands>();
    stage.client->register_handler(*commands);
    commands->offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        stage.client->unregister_handler(*commands);
        commands.reset();
        return CommandStep::done();
    });
    CHECK(told(stage.answer_to(asked("node='order'"))) == "internal-server-error/");
    Commands last;
    stage.client->register_handler(last);
    last.offer("order", "Order", CommandAccess::everybody(), [&](const CommandCall&) {
        stage.client.reset();
        return CommandStep::ask(
            Order{}, [](const Order&, const CommandCall&) { return CommandStep::done(); });
    });
    stage.says(asked("node='order'"));
    CHECK(stage.client == nullptr);
}

namespace {

/// Does it when the last function goes that holds it.
struct AtItsEnd {
    std::function<void()> act{};
    AtItsEnd() = default;
    AtItsEnd(const AtItsEnd&) = delete;
    AtItsEnd& operator=(const AtItsEnd&) = delete;
    ~AtItsEnd() {
        if (act) act();
    }
};

} // namespace

TEST_CASE("commands: the session that goes for a new one may withdraw what is begun, or end all") {
    CommandsStage stage;
    auto commands = std::make_unique<Commands>();
    stage.client->unregister_handler(stage.commands);
    stage.client->register_handler(*commands);
    const auto at_end = std::make_shared<std::shared_ptr<AtItsEnd>>(std::make_shared<AtItsEnd>());
    commands->offer("public", "Public", CommandAccess::everybody(), [at_end](const CommandCall&) {
        return CommandStep::ask(headstock::DataForm{},
                                [held = std::exchange(*at_end, nullptr)](const CommandCall&) {
                                    return CommandStep::done();
                                });
    });
    commands->offer("secret", "Secret", CommandAccess{[](const Jid&) { return false; }},
                    [&](const CommandCall&) {
                        stage.seen.add("secret");
                        return CommandStep::done();
                    });
    SUBCASE("withdrawn") {
        (*at_end)->act = [&] { commands->withdraw("public"); };
    }
    SUBCASE("destroyed") {
        (*at_end)->act = [&] {
            stage.client->unregister_handler(*commands);
            commands.reset();
        };
    }
    for (int i = 0; i < 4; ++i) stage.says_to("node='public'");
    CHECK(stage.says_to("node='public'").substr(0, 9) == "executing");
    CHECK(stage.seen.take().empty());
    CHECK((commands == nullptr || commands->sessions() == 0));
}
