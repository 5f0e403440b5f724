// Answers what sender asks, until Ctrl-C.
#include "responder.hpp"

#include "command_line.hpp"

int main(int argc, char** argv) {
    examples::CommandLine line{
        "Answers iqs with an example_tag, and shows messages that have one."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    client.set_log({}, line.debug);
    Responder responder{line.quiet};
    client.register_handler(responder);
    const examples::StopOnSignal on_signal{[&] { client.stop(); }};
    return examples::report(client.run());
}
