// A client that says who it is, as the server has it, and talks to itself and its account by the
// names that it was given.
//
// It asks its account, and sends --to a message; what it is told of both, it prints, and leaves.
#include "examples/command_line.hpp"
#include "headstock/events.hpp"
#include "headstock/message.hpp"

#include <iostream>
#include <string>
#include <string_view>

namespace {

void say(std::string_view what, std::string_view about) {
    std::cout << what << ' ' << headstock::printable(about) << std::endl;
}

struct Probe {
    headstock::AsyncClient& client;
    std::string account; ///< As on the command line.
    std::string to;

    void ready() {
        say("ready", client.jid().str());
        client.send_stanza(headstock::presence());
        auto asked = headstock::iq_get(account).add(
            headstock::Element{"query", "http://jabber.org/protocol/disco#info"});
        client.request(asked, [this](const headstock::Response& answer) {
            say("answer", answer ? "result" : answer.message());
            client.send_stanza(headstock::message(to, "to myself"));
        });
    }
    void message(const headstock::Message& message) {
        say("message from", message.from.str());
        client.stop();
    }
    void other(const headstock::OtherAccountBound& event) {
        say("asked for", event.asked_for.str());
        say("bound", event.bound.str());
    }
    friend HEADSTOCK_HANDLERS(Probe, on<&self::message>("message"), on_event<&self::other>())
};

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Says who it is, and talks to itself."};
    std::string to;
    line.require("-t,--to", to, "the address of the message, which is ours");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    Probe probe{client, line.jid.substr(0, line.jid.find('/')), to};
    client.register_handler(probe);
    return examples::report(client.run());
}
