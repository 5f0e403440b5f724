// No libuv: a BaseClient, TLS and the search for the server included, driven by poll(2).
#include "command_line.hpp"
#include "host_look_up.hpp"
#include "poll_loop.hpp"

#include <headstock/headstock.hpp>

#include <unistd.h>

#include <csignal>
#include <iostream>

// A signal handler may call nothing of a client.
int wake[2];
void wake_up(int) { (void)!write(wake[1], "", 1); }

int main(int argc, char** argv) {
    examples::CommandLine line{"Logs in without libuv, and leaves."};
    line.parse(argc, argv);
    examples::ask_name_server(line.options.name_servers);
    headstock::BaseClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    client.on_event([&](const headstock::SessionStarted&) { client.stop(); });
    if (pipe(wake) != 0) return 1;
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, &wake_up);

    examples::PollLoop{client, wake[0]}.run();
    if (!client.error() && !line.quiet) std::cout << "logged in as " << client.jid().str() << '\n';
    return examples::report(client.error());
}
