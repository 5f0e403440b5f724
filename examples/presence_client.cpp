// Is there, and says who else is: Wokkel's first persistent client with a subprotocol.
#include "command_line.hpp"

#include <headstock/extensions/presence.hpp>

int main(int argc, char** argv) {
    examples::CommandLine line{"Shows presence: ours to the contacts, theirs as it is received."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (!line.quiet) client.set_log(stdout);
    headstock::Presence presence; // available as soon as the session is
    client.register_handler(presence);
    return examples::report(client.run_until_signal());
}
