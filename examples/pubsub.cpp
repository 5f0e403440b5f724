// Follows a publish-subscribe node: leaves it, subscribes anew, asks what it is subscribed to and
// what is there, and shows the title of every Atom entry that comes, until Ctrl-C.
#include "command_line.hpp"

#include <headstock/extensions/disco.hpp>
#include <headstock/extensions/pubsub.hpp>
#include <headstock/headstock.hpp>

#include <iostream>

namespace ns = headstock::ns;
using bridge::Element, bridge::Tag;
using headstock::Answer;

struct Entry {
    std::string title{};
};
HEADSTOCK_PAYLOAD(Entry, "entry", "http://www.w3.org/2005/Atom", child_text<&self::title>("title"))

struct Follower {
    headstock::AsyncClient& client;
    std::string service, node;
    bool quiet = false;
    headstock::PubSub pubsub{service};
    bool refused = false;

    void ready() {
        client.send_stanza(headstock::presence()); // else nobody would tell us anything
        pubsub.unsubscribe(node, [this](const Answer<headstock::Ok>&) { subscribe(); });
    }
    void subscribe() {
        pubsub.subscribe(node, [this](const Answer<headstock::PubSubSubscription>& answer) {
            if (answer) return fetch();
            refused = true;
            std::cerr << node << ": " << answer.message() << std::endl;
            client.stop();
        });
    }
    void fetch() {
        const Element subscriptions{"subscriptions", ns::pubsub};
        client.send_stanza(
            headstock::iq_get(service).add(Element{"pubsub", ns::pubsub}.add(subscriptions)));
        client.send_stanza(pubsub.items_query(node));
    }
    void subscription(const headstock::PubSubSubscription& subscription) {
        say("subscribed to " + subscription.node.value_or("everything"));
        client.request(service, headstock::DiscoItemsQuery{subscription.node},
                       [this](const Answer<headstock::DiscoItems>& answer) { listed(answer); });
    }
    void listed(const Answer<headstock::DiscoItems>& answer) {
        if (!answer) return say("no items: " + answer.message());
        for (const auto& item : answer->items) say("item " + item.name.value_or("without a name"));
    }
    void entry(const Entry& entry, const Tag& stanza) {
        if (stanza.attribute("from") == service) say(entry.title); // anybody may send one
    }
    void say(const std::string& line) const {
        if (!quiet) std::cout << headstock::printable(line) << std::endl;
    }
};
HEADSTOCK_HANDLERS(
    Follower,
    on<&self::subscription>(
        "iq@type=result/{http://jabber.org/protocol/pubsub}pubsub/subscriptions/subscription"),
    on<&self::entry>("entry", "http://www.w3.org/2005/Atom")) // in an answer or in an event

int main(int argc, char** argv) {
    examples::CommandLine line{"Shows the titles of the Atom entries of a node until Ctrl-C."};
    std::string service, node;
    line.require("-s,--service", service, "where it is, as in pubsub.example.org");
    line.require("-n,--node", node, "the node");
    line.parse(argc, argv);
    headstock::Error error;
    const auto address = headstock::Jid::parse(service, &error);
    if (!address) return examples::report(error);

    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Follower follower{client, address->str(), node, line.quiet};
    client.register_handler(follower.pubsub);
    client.register_handler(follower);
    const int status = examples::report(client.run_until_signal());
    return follower.refused ? 1 : status;
}
