// Asks a responder six times and sends it a message.  Exit status 0 means that each question got an
// answer: five results and an error from a responder, errors from the server when it is away.
#include "sender.hpp"

#include "command_line.hpp"

int main(int argc, char** argv) {
    examples::CommandLine line{"Asks a responder by iqs with an example_tag, and leaves."};
    std::string to, path;
    unsigned timeout = 60;
    line.require("-t,--to", to, "whom to ask, as in responder@example.org/resource");
    line.require("--path", path, "an XML file with an example_tag");
    line.allow("--timeout", timeout, "seconds to wait for an answer (60)");
    line.parse(argc, argv);
    headstock::Error error;
    if (!headstock::Jid::parse(to, &error)) return examples::report(error);

    line.options.timeouts.request = std::chrono::seconds{timeout};
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Sender sender{client, to, path, line.quiet};
    client.register_handler(sender);
    const int status = examples::report(client.run_until_signal());
    return sender.unanswered == 0 ? status : 1;
}
