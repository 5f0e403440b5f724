// A program without a loop of its own: the client runs on a thread, the program posts work to it.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <future>
#include <iostream>
#include <thread>
#include <utility>

using bridge::Element;

struct Inbox {
    std::promise<std::string> first_text;
    bool told = false;

    void ready(headstock::AsyncClient& client) { client.send_stanza(headstock::presence()); }
    void text(const Element& body) { tell(std::string{body.text()}); }
    void terminated() { tell({}); } // so that nobody waits for ever

    void tell(std::string text) {
        if (!std::exchange(told, true)) first_text.set_value(std::move(text));
    }
};
HEADSTOCK_HANDLERS(Inbox, on<&self::text>("message@type=chat/body"))

int main(int argc, char** argv) {
    examples::CommandLine line{"Sends itself a message from another thread."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Inbox inbox;
    client.register_handler(inbox);

    headstock::Error error;
    std::jthread background{[&] { error = client.run_until_signal(); }};

    // From here on this thread touches the client through post() and stop() only.
    client.post([&] {
        client.send_stanza(headstock::message(client.jid().bare().str(), "from the other thread"));
    });
    const auto text = inbox.first_text.get_future().get();
    client.stop();
    background.join();
    if (!text.empty() && !line.quiet)
        std::cout << "heard: " << headstock::printable(text) << std::endl;
    return examples::report(error);
}
