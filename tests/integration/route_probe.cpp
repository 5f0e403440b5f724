// Logs in, and says how the server was found: how long it took, and the report.
#include "examples/command_line.hpp"

#include <chrono>
#include <iostream>

int main(int argc, char** argv) {
    using Clock = std::chrono::steady_clock;
    examples::CommandLine line{"Logs in, prints how the server was found, and leaves."};
    bool direct = false;
    line.allow("--direct", direct, "TLS from the first byte and nothing else");
    line.parse(argc, argv);
    if (direct) line.options.tls = headstock::Tls::direct;
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    const auto begun = Clock::now();
    client.on_event([&](const headstock::SessionStarted&) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
        std::cout << "session after " << took.count() << " ms\n";
        client.stop();
    });
    const auto error = client.run();
    std::cout << client.connect_report().text();
    return examples::report(error);
}
