// An echo bot that stays up: when its server restarts or the network is gone, it comes back by
// itself, with what it had still to say.
#include "command_line.hpp"

#include <iostream>

struct Reports {
    void ready(headstock::AsyncClient& client) { say("there as " + client.jid().str()); }
    void connection_lost(const headstock::Error& why, std::chrono::milliseconds next_try) {
        say(why.message() + "; next try in " + std::to_string(next_try.count()) + " ms");
    }
    void resumed() { say("there again, and nothing is lost"); }
    static void say(const std::string& line) {
        std::cout << headstock::printable(line) << std::endl;
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Echoes messages, and comes back when its connection is lost."};
    line.parse(argc, argv);
    line.options.reconnect = headstock::Backoff{};
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Reports reports;
    client.register_handler(reports);
    client.send_stanza(headstock::presence()); // shown again in each session
    client.on_message([](const headstock::Message& message) { return message.body; });
    return examples::report(client.run_until_signal());
}
