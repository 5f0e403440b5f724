// Sends stanzas as they are written on standard input, one a line, and shows what comes back.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>
#include <string>

using bridge::Element;

struct Raw {
    bool refused = false;

    void ready(headstock::AsyncClient& client) {
        for (std::string line; std::getline(std::cin, line);) {
            if (line.empty()) continue;
            if (const auto sent = client.send_raw_stanza(line); !sent) {
                std::cerr << sent.error.message() << '\n';
                refused = true;
            }
        }
        // An answer to this comes after the answers to all before it (RFC 6120 10.1).
        auto ping = headstock::iq_get(client.jid().domain()).add(Element{"ping", headstock::ns::ping});
        client.request(ping, [&client](const headstock::Response&) { client.stop(); });
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends raw stanzas from standard input, one a line."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    client.set_log({}, line.debug);
    if (!line.quiet) client.on_unhandled([](const Element& stanza) { std::cout << stanza.xml() << std::endl; });
    Raw raw;
    client.register_handler(raw);
    const examples::StopOnSignal on_signal{[&] { client.stop(); }};
    const int status = examples::report(client.run());
    return raw.refused ? 1 : status;
}
