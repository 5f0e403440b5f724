// A component: says who is there, lets everybody see any of its addresses, and echoes from the one
// asked.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>
#include <set>
#include <string>
#include <vector>

using bridge::Element, bridge::Tag;
using headstock::printable;

struct Echo {
    bool quiet = false;
    std::set<std::string> asked{}; // two that ask back each time would never end

    void ready(headstock::AsyncComponent& component) { say(component.jid().str(), "is ready"); }
    Element message(const Element& body, const Tag& message) {
        say(message.attribute("from"), "says to", message.attribute("to"));
        return headstock::reply_to(message).add("body", body.text());
    }
    std::vector<Element> subscribe(const Tag& presence) { // and asks to see them in return, once
        std::vector<Element> said{answer(presence, "subscribed"), available(presence)};
        if (asked.emplace(presence.attribute("from")).second)
            said.push_back(answer(presence, "subscribe"));
        return said;
    }
    Element unsubscribe(const Tag& presence) { return answer(presence, "unsubscribed"); }
    Element available(const Tag& presence) { return headstock::reply_to(presence); }
    void came(const Tag& presence) { say(presence.attribute("from"), "is there"); }
    void left(const Tag& presence) { say(presence.attribute("from"), "has gone"); }

private:
    static Element answer(const Tag& presence, std::string_view type) {
        return headstock::reply_to(presence).set("type", type);
    }
    void say(std::string_view who, std::string_view what, std::string_view whom = {}) const {
        if (!quiet)
            std::cout << printable(who) << ' ' << what << (whom.empty() ? "" : " ")
                      << printable(whom) << std::endl;
    }
};

HEADSTOCK_HANDLERS(
    Echo,
    on<&self::message>("message/body").from_others(), // two of our addresses would never end
    on<&self::subscribe>("presence@type=subscribe"),
    on<&self::unsubscribe>("presence@type=unsubscribe"),
    on<&self::available>("presence@type=probe"),
    on<&self::came>("presence@type=available"),
    on<&self::left>("presence@type=unavailable"))

int main(int argc, char** argv) {
    examples::CommandLine line{
        "Echoes messages to any address of a component until Ctrl-C.  The JID is "
        "its domain, the password its secret."};
    line.parse(argc, argv);
    headstock::AsyncComponent component{line.jid,
                                        line.password,
                                        {.hostname = line.options.hostname,
                                         .port = line.options.port,
                                         .name_servers = line.options.name_servers,
                                         .ca_file = line.options.ca_file}};
    if (line.debug) component.set_log(stdout);
    Echo echo{line.quiet};
    component.register_handler(echo);
    return examples::report(component.run_until_signal());
}
