// Logs in, sends one message, leaves.  Exit status 0 means that the server has it: it has said so
// (XEP-0198) or, where it cannot, has read everything and ended the stream after it.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends one message and leaves."};
    std::string to, text;
    line.require("-t,--to", to, "whom to send it to");
    line.require("-m,--message", text, "what to say");
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(to, &error)) return examples::report(error);

    try {
        headstock::AsyncClient client{line.jid, line.password, line.options};
        if (line.debug) client.set_log(stdout);
        client.send_stanza(headstock::roster_get());
        client.send_stanza(headstock::presence());
        const auto sent =
            client.send_stanza(headstock::message(to, text)); // it waits for a session
        client.finish();
        error = client.run_until_signal();
        if (!error) error = sent.error;
    } catch (const bridge::Invalid& invalid) { // a text that XML cannot carry
        error = {headstock::Errc::invalid_stanza, invalid.what()};
    }
    if (!error && !line.quiet) std::cout << "sent" << std::endl;
    return examples::report(error);
}
