// A responder and a sender in one program, on one loop: the sender begins when the responder is
// there.
#include "command_line.hpp"
#include "loop_signals.hpp"
#include "responder.hpp"
#include "sender.hpp"

#include <uv.h>

struct Both {
    headstock::AsyncClient& responder;
    Sender& sender;

    void ready(headstock::AsyncClient& client) {
        if (&client != &responder) return;
        sender.to = responder.jid().str();
        (void)sender.client.start(); // an error is told to stopping() too
    }
    void stopping() { responder.stop(), sender.client.stop(); } // one leaves with the other
};

int main(int argc, char** argv) {
    examples::CommandLine line{"Runs a sender (-j, -p) and a responder together."};
    std::string jid, password, path;
    line.require("--responder", jid, "the responder's account");
    line.require("--responder-password", password, "its password");
    line.require("--path", path, "an XML file with an example_tag");
    line.parse(argc, argv);
    line.options.loop = uv_default_loop();
    headstock::AsyncClient first{jid, password, line.options};
    headstock::AsyncClient second{line.jid, line.password, line.options};
    Responder responder{line.quiet};
    Sender sender{second, {}, path, line.quiet};
    Both both{first, sender};
    first.register_handler(responder);
    second.register_handler(sender);
    for (auto* client : {&first, &second}) client->register_handler(both);
    const examples::LoopSignals signals{line.options.loop, [&] { first.stop(); }};
    if (const auto error = first.start()) return examples::report(error);
    uv_run(line.options.loop, UV_RUN_DEFAULT);
    const int status = examples::report(first.error() ? first.error() : second.error());
    return sender.unanswered == 0 ? status : 1;
}
