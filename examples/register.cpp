// Registers an account in-band (XEP-0077), logs in with it on the same connection, and leaves.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

// A plain object: every hook it has is called, and it has no more than it needs.
struct NewAccount {
    std::string email;
    bool quiet = false;
    bool taken = false;

    void handle_register_success() {
        if (!quiet) std::cout << "registered" << std::endl;
    }
    void handle_register_conflict(const headstock::StanzaError&) { taken = true; }

    void ready(headstock::AsyncClient& client) {
        if (!quiet) std::cout << "logged in as " << client.jid().str() << std::endl;
        client.stop();
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Registers an account, logs in and leaves."};
    NewAccount account;
    line.allow("-e,--email", account.email, "an address, if the server asks for one");
    line.parse(argc, argv);
    account.quiet = line.quiet;
    line.options.registration = &account;
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    client.register_handler(account);
    const auto error = client.run_until_signal();
    if (!account.taken) return examples::report(error);
    std::cerr << "conflict: somebody has registered " << line.jid << " already\n";
    return 1;
}
