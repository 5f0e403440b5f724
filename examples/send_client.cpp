// Logs in, sends one message, leaves.  Exit status 0 means that the server has it.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

struct Sender {
    std::string to;
    std::string text;
    bool quiet = false;

    void ready(headstock::AsyncClient& client) {
        client.send_stanza(headstock::roster_get());
        client.send_stanza(headstock::presence());
        client.send_stanza(headstock::message(to, text));
        client.stop(); // writes all of it first, and says what could not be written
    }
    void terminated() {
        if (!quiet) std::cout << "done" << std::endl;
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends one message and leaves."};
    Sender sender;
    line.app.add_option("-t,--to", sender.to, "whom to send it to")->required();
    line.app.add_option("-m,--message", sender.text, "what to say")->required();
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(sender.to, &error)) return examples::report(error);

    sender.quiet = line.quiet;
    headstock::AsyncClient client{line.jid, line.password, line.options};
    client.set_log({}, line.debug);
    client.register_handler(sender);
    const examples::StopOnSignal on_signal{[&] { client.stop(); }};
    return examples::report(client.run());
}
