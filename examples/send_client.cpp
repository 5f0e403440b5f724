// Logs in, sends one message, leaves.  Exit status 0 means that the server has taken it: everything
// was written, and the server ended the stream after it.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

struct Sender {
    bridge::Element message;
    headstock::Error refused{};

    void ready(headstock::AsyncClient& client) {
        client.send_stanza(headstock::roster_get());
        client.send_stanza(headstock::presence());
        refused = client.send_stanza(message).error;
        client.stop(); // writes all of it first, and says what could not be written
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends one message and leaves."};
    std::string to, text;
    line.require("-t,--to", to, "whom to send it to");
    line.require("-m,--message", text, "what to say");
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(to, &error)) return examples::report(error);

    try {
        Sender sender{headstock::message(to, text)};
        headstock::AsyncClient client{line.jid, line.password, line.options};
        if (line.debug) client.set_log(stdout);
        client.register_handler(sender);
        error = client.run_until_signal();
        if (!error) error = sender.refused;
    } catch (const bridge::Invalid& invalid) { // a text that XML cannot carry
        error = {headstock::Errc::invalid_stanza, invalid.what()};
    }
    if (!error && !line.quiet) std::cout << "sent" << std::endl;
    return examples::report(error);
}
