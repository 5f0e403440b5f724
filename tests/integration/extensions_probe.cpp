// Drives the extensions against a real server and prints what came of it, for extensions.py.
//
// --step talk: answers questions until it is stopped, and asks the server and --to;
// pubsub, password, cancel: do that on the own account, and leave.
#include "examples/command_line.hpp"
#include "headstock/extensions/account.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/version.hpp"

#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

using headstock::Answer, headstock::Ok, headstock::Tag;

namespace {

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}

/// Asks the server and `peer`; what it registers answers by itself.
struct Talk {
    headstock::AsyncClient& client;
    std::string peer;

    void ready() {
        client.send_stanza(headstock::presence());
        say("jid", client.jid().str());
        const std::string server{client.jid().domain()};
        discover(server);
        for (const auto& to : {std::string{}, server, peer}) ping(to);
        for (const auto& to : {server, peer}) version(to);
        discover(peer);
    }
    void ping(const std::string& to) {
        headstock::ping(client, to, [to](const Answer<Ok>& answer, std::chrono::microseconds time) {
            say("pong " + to, answer && time.count() > 0 ? "ok" : answer.message());
        });
    }
    void version(const std::string& to) {
        client.request(to, headstock::VersionQuery{},
                       [to](const Answer<headstock::SoftwareVersion>& answer) {
                           say("version of " + to,
                               answer ? answer->name + ' ' + answer->version : answer.message());
                       });
    }
    void discover(const std::string& to) {
        client.request(to, headstock::DiscoInfoQuery{},
                       [to](const Answer<headstock::DiscoInfo>& answer) {
                           if (!answer) return say("info of " + to, answer.message());
                           for (const auto& each : answer->identities)
                               say("identity of " + to, each.category + '/' + each.type);
                           for (const auto& each : answer->features)
                               say("feature of " + to, each.var);
                           say("info of " + to, "complete");
                       });
        client.request(to, headstock::DiscoItemsQuery{},
                       [to](const Answer<headstock::DiscoItems>& answer) {
                           if (!answer) return say("items of " + to, answer.message());
                           for (const auto& each : answer->items)
                               say("item of " + to, each.jid.str());
                           say("items of " + to, "complete");
                       });
    }
};

struct Tune {
    std::string artist{};
    int length = 0;
};
HEADSTOCK_PAYLOAD(Tune,
                  "tune",
                  "http://jabber.org/protocol/tune",
                  child_text<&self::artist>("artist"),
                  child_text<&self::length>("length"))
constexpr std::string_view node = "http://jabber.org/protocol/tune";
constexpr std::string_view other_node = "urn:headstock:test";

/// One step after the other, on a personal node.
struct Publisher {
    headstock::AsyncClient& client;
    headstock::PubSub mine{};

    /// Says what came of a step, and goes on with the next one when it went well.
    auto then(std::string what, void (Publisher::*next)()) {
        return [this, what, next](const auto& answer) {
            if (!answer) return fail(what, answer.message());
            say(what, "ok");
            (this->*next)();
        };
    }

    void fail(const std::string& what, const std::string& why) {
        say(what, why);
        client.stop();
    }

    void ready() {
        client.send_stanza(headstock::presence());
        mine.publish(node, Tune{"Gerald Finzi", 255}, then("published", &Publisher::get),
                     {.id = "current",
                      .config = headstock::NodeConfig{.access = headstock::AccessModel::whitelist,
                                                      .persist = true}});
    }
    void get() {
        mine.items<Tune>(node, [this](const Answer<headstock::PubSubItems<Tune>>& answer) {
            if (!answer) return fail("items", answer.message());
            for (const auto& item : answer->items) say("item " + item.id, item.value()->artist);
            mine.subscribe(node, then("subscribed", &Publisher::publish_more));
        });
    }
    void publish_more() {
        mine.publish(node, Tune{"Arvo Part", 500}, then("published again", &Publisher::mismatch),
                     {.id = "second"});
    }
    // A node that is there with other settings is a precondition that is not met.
    void mismatch() {
        mine.publish(node, Tune{"Nobody", 1},
                     [this](const Answer<headstock::PublishedItem>& answer) {
                         say("mismatch",
                             answer ? "published"
                                    : std::string{answer.refusal()->application.local_name()});
                         mine.retract(node, "second", then("retracted", &Publisher::on_retracted));
                     },
                     {.config = headstock::NodeConfig{.access = headstock::AccessModel::open}});
    }
    void on_retracted() {
        answered = true;
        part();
    }
    // Once the answer and the notice are there, in either order; ejabberd sends the notice twice.
    void part() {
        if (!answered || !noticed || std::exchange(parted, true)) return;
        mine.unsubscribe(node, then("unsubscribed", &Publisher::remove_node));
    }
    void remove_node() { mine.delete_node(node, then("deleted", &Publisher::create)); }
    void create() {
        mine.create_node(other_node, then("created", &Publisher::create_again),
                         headstock::NodeConfig{.title = "A test", .persist = true});
    }
    void create_again() {
        mine.create_node(other_node, [this](const Answer<headstock::CreatedNode>& answer) {
            say("created again", answer.refusal() != nullptr
                                     ? to_string(answer.refusal()->condition)
                                     : "not refused");
            mine.items<Tune>(other_node, then("empty", &Publisher::stop));
        });
    }
    void stop() { client.stop(); }

    void on_tune(const Tune& tune, const Tag& message) {
        say("event from " + std::string{message.attribute("from")}, tune.artist);
    }
    void on_retract(const headstock::ItemRetracted& event) {
        say("retract event", event.id + ' ' + event.node);
        noticed = true;
        part();
    }

    bool answered = false, noticed = false, parted = false;
};
HEADSTOCK_HANDLERS(Publisher,
                   on<&self::on_tune>(headstock::item_event<Tune>()),
                   on_event<&self::on_retract>())

/// Changes the password, or cancels.
struct Owner {
    headstock::AsyncClient& client;
    std::string new_password;
    headstock::Account account{};

    void ready() {
        const auto note = [this](const Answer<Ok>& answer) {
            say(new_password.empty() ? "cancelled" : "changed", answer ? "ok" : answer.message());
            client.stop();
        };
        const auto sent = new_password.empty() ? account.cancel(note)
                                               : account.change_password(new_password, note);
        if (!sent) say("not sent", sent.error.message());
    }
};

headstock::Error
run(headstock::AsyncClient& client, const std::string& step, std::string argument) {
    headstock::Version version{{"probe", "1.0"}};
    headstock::Ping ping;
    headstock::Disco disco{{{"client", "bot", "probe"}}};
    Talk talk{client, argument};
    Publisher publisher{client};
    Owner owner{client, std::move(argument)};
    if (step == "pubsub") {
        client.register_handler(publisher.mine);
        client.register_handler(publisher);
    } else if (step == "talk") {
        client.register_handler(version);
        client.register_handler(ping);
        client.register_handler(disco);
        client.register_handler(talk);
    } else {
        client.register_handler(owner.account);
        client.register_handler(owner);
    }
    return client.run_until_signal();
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Tries the extensions."};
    std::string step, argument;
    line.require("-s,--step", step, "talk, pubsub, password or cancel");
    line.allow("-t,--to", argument, "whom to talk to; the new password");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    return examples::report(run(client, step, argument));
}
