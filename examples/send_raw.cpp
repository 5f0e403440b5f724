// Sends stanzas as they are written on standard input, one a line, and shows what comes back.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <thread>

using bridge::Element;

// An answer to this comes after the answers to all that was sent before (RFC 6120 10.1).
void ping_and_stop(headstock::AsyncClient& client) {
    auto ping = headstock::iq_get(client.jid().domain());
    client.request(ping.add(Element{"ping", headstock::ns::ping}),
                   [&client](const headstock::Response&) { client.stop(); });
}

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false); // or in_avail() below would not see a second line that came
    examples::CommandLine line{"Sends raw stanzas from standard input, one a line."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    client.on_unhandled([&](const Element& stanza) {
        if (!line.quiet)
            std::cout << headstock::printable(stanza.xml(), std::string::npos) << std::endl;
    });
    bool refused = false;
    const auto send = [&](const std::string& stanza) {
        const auto sent = client.send_raw_stanza(stanza);
        if (!sent) std::cerr << sent.error.message() << '\n';
        refused = refused || !sent;
    };

    // What is read faster than it is written waits here: post() takes no more than Limits::posted.
    const auto post = [&client](const std::stop_token& over, const std::function<void()>& f) {
        while (!client.post(f) && !over.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
    };

    // Reading blocks, so it has a thread of its own, which looks up now and then.
    std::jthread reader{[&](const std::stop_token& over) {
        while (!over.stop_requested()) {
            pollfd input{STDIN_FILENO, POLLIN, 0};
            if (std::cin.rdbuf()->in_avail() <= 0 && poll(&input, 1, 50) == 0) continue;
            std::string stanza;
            if (!std::getline(std::cin, stanza)) break;
            if (!stanza.empty()) post(over, [&send, stanza] { send(stanza); });
        }
        post(over, [&] { ping_and_stop(client); });
    }};
    const int status = examples::report(client.run_until_signal());
    reader.request_stop();
    reader.join();
    return refused ? 1 : status;
}
