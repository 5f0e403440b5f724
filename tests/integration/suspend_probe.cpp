// A client that leaves its session to its next run, in a file, and says what happens.
//
// It obeys the text of messages: "send NAME" sends --to three messages, NAME-1 to NAME-3; "suspend
// NAME" does the same and ends the client, before the server can acknowledge them.  A client that
// goes on with a session is `ready` under the address that the first one had.
#include "examples/command_line.hpp"
#include "headstock/events.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

using bridge::Element;

namespace {

void say(std::string_view what, std::string_view about = {}) {
    std::cout << what << headstock::printable(about) << std::endl;
}

struct Probe {
    headstock::AsyncClient& client;
    std::string to;

    void ready() {
        say("ready ", client.jid().str());
        client.send_stanza(headstock::presence());
    }
    void body(const Element& body) {
        const auto& text = body.text();
        say("got ", text);
        const auto space = std::min(text.find(' '), text.size() - 1);
        const auto verb = text.substr(0, space);
        if (verb == "send" || verb == "suspend") send(std::string{text.substr(space + 1)});
        if (verb == "suspend") client.suspend();
    }
    void send(const std::string& name) {
        for (const auto* number : {"-1", "-2", "-3"})
            client.send_stanza(headstock::message(to, name + number).set("id", name + number));
    }
    friend HEADSTOCK_HANDLERS(Probe, on<&self::body>("message@type=chat/body"))
};

void say_deliveries(headstock::AsyncClient& client) {
    client.on_event([](const headstock::Unconfirmed& event) {
        for (const auto& one : event.stanzas)
            if (one.stanza == "message") say("unconfirmed ", one.id);
    });
    client.on_event([](const headstock::DeliveryChanged& change) {
        const bool acked = change.state == headstock::DeliveryState::acked;
        if (acked && !change.id.empty()) say("acked ", change.id);
    });
}

headstock::SavedState read_state(const std::string& file) {
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return headstock::SavedState::parse(text).value();
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Leaves its session to its next run."};
    std::string to;
    std::string file;
    line.require("--to", to, "the account that it sends to");
    line.require("--file", file, "where its session is kept");
    line.parse(argc, argv);
    umask(S_IRWXG | S_IRWXO); // a saved session holds stanzas
    line.options.saved_state = read_state(file);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Probe probe{client, to};
    client.register_handler(probe);
    say_deliveries(client);
    const auto error = client.run_until_signal();
    std::ofstream{file} << client.saved_state().text();
    if (client.saved_state().has_session()) say("suspended");
    return examples::report(error);
}
