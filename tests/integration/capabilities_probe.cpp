// Announces what it can do, takes personal events without a subscription and tells what others can
// do, for capabilities.py.
//
// --step all: with interest in tunes; deaf: without; again: with what --file has kept.
#include "examples/command_line.hpp"
#include "headstock/extensions/capabilities.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/pubsub.hpp"

#include <headstock/message.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view tune_node = "http://jabber.org/protocol/tune";

void say(std::string_view what, std::string_view came) {
    std::cout << what << ": " << came << std::endl;
}

struct Tune {
    std::string artist{};
};
HEADSTOCK_PAYLOAD(Tune,
                  "tune",
                  "http://jabber.org/protocol/tune",
                  child_text<&self::artist>("artist"))

struct Probe {
    headstock::AsyncClient& client;
    headstock::Capabilities& capabilities;
    headstock::Ping ping{};

    void ready() { say("jid", client.jid().str()); }
    void tune(const Tune& tune, const headstock::Tag& message) {
        say("tune of " + std::string{message.attribute("from")}, tune.artist);
    }
    void known(const headstock::CapabilitiesKnown& event) {
        const auto& who = event.who;
        say("known " + who.str(),
            capabilities.supports(who, headstock::ns::ping) ? "ping" : "none");
    }
    void message(const headstock::Message& message) {
        say("message", message.body);
        if (message.body == "more") client.register_handler(ping);
        if (message.body == "less") client.unregister_handler(ping);
    }
};
HEADSTOCK_HANDLERS(Probe,
                   on<&self::tune>(headstock::item_event<Tune>()),
                   on<&self::message>("message@type=chat"),
                   on_event<&self::known>())

std::string text_of(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Tries entity capabilities."};
    std::string step, file;
    line.require("-s,--step", step, "all, deaf or again");
    line.allow("--file", file, "where what is known is kept");
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    headstock::Disco disco{{{"client", "bot", "probe"}}};
    headstock::Capabilities capabilities{disco, "https://example.net/probe"};
    headstock::Presence presence{{}, headstock::Presence::Requests::mutual};
    Probe probe{client, capabilities};
    if (step != "deaf") capabilities.notify(tune_node);
    if (step == "again") say("loaded", std::to_string(capabilities.load(text_of(file))));
    client.register_handler(disco);
    client.register_handler(capabilities);
    client.register_handler(presence);
    client.register_handler(probe);
    const auto error = client.run_until_signal();
    if (!file.empty()) std::ofstream{file} << capabilities.saved();
    return examples::report(error);
}
