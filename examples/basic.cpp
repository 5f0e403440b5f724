// The first program: shows the roster and who is there, and echoes every chat message.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>

namespace ns = headstock::ns;
using bridge::Element, bridge::Tag;
using headstock::printable; // what others wrote does nothing to the terminal

struct Basic {
    bool quiet = false;

    void ready(headstock::AsyncClient& client) {
        client.send_stanza(headstock::roster_get()); // RFC 6121 2.2: the roster, then presence
        client.send_stanza(headstock::presence());
    }
    void contact(const Tag& item) {
        if (!quiet)
            std::cout << printable(item.attribute("jid")) << ": "
                      << printable(item.attribute("subscription")) << std::endl;
    }
    void presence(const Tag& presence) {
        if (!quiet)
            std::cout << printable(presence.attribute("from")) << " is available" << std::endl;
    }
    Element message(const Element& body, const Tag& message) { // what a handler returns is sent
        if (!quiet)
            std::cout << printable(message.attribute("from")) << " says: " << printable(body.text())
                      << std::endl;
        return headstock::reply_to(message).add("body", body.text());
    }
};

HEADSTOCK_HANDLERS(
    Basic,
    on<&self::contact>("item", ns::roster), // nested elements too, one at a time
    on<&self::presence>("presence@type=available"),
    // Never an error, never without a body, never from ourselves: what we sent to a resource that
    // has gone comes back to us, and would be echoed for ever.
    on<&self::message>("message@type=chat/body").from_others())

int main(int argc, char** argv) {
    examples::CommandLine line{"Shows the roster and echoes chat messages until Ctrl-C."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Basic basic{line.quiet};
    client.register_handler(basic);
    return examples::report(client.run_until_signal());
}
