// Answers what sender asks, until Ctrl-C.
#include "responder.hpp"

#include "command_line.hpp"

int main(int argc, char** argv) {
    examples::CommandLine line{
        "Answers iqs with an example_tag, and shows messages that have one."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Responder responder{line.quiet};
    client.register_handler(responder);
    return examples::report(client.run_until_signal());
}
