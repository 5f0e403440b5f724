// Greets whoever enters a room (XEP-0045).  JID, password and room@service/nick as arguments.
#include <headstock/headstock.hpp>

#include <iostream>
#include <set>
#include <string>

using bridge::Element, bridge::Tag;

struct Greeter {
    headstock::Jid room;
    std::set<std::string, std::less<>> here{};
    bool joined = false; // those who were there before us come first

    void ready(headstock::AsyncClient& client) {
        client.send_stanza(
            headstock::presence().set("to", room.str()).add(Element{"x", headstock::ns::muc}));
    }
    Element came(const Element& user, const Tag& presence) {
        const auto who = headstock::from(presence);
        if (!who || who->bare() != room.bare()) return {};
        for (const auto& status : user.children("status"))
            joined = joined || status.attribute("code") == "110"; // our own presence
        const bool is_new = here.emplace(who->resource()).second;
        if (!is_new || !joined || *who == room) return {};
        return headstock::Message{.to = room.bare(),
                                  .type = headstock::StanzaType::groupchat,
                                  .body = "Welcome, " + std::string{who->resource()}}
            .element();
    }
    void left(const Tag&, const Tag& presence) {
        const auto who = headstock::from(presence);
        if (who && who->bare() == room.bare()) here.erase(std::string{who->resource()});
    }
};
HEADSTOCK_HANDLERS(Greeter,
                   on<&self::came>("presence@type=available", "x", headstock::ns::muc_user),
                   on<&self::left>("presence@type=unavailable", "x", headstock::ns::muc_user))

int main(int, char** argv) {
    headstock::AsyncClient client{argv[1], argv[2]};
    Greeter greeter{headstock::Jid{argv[3]}};
    client.register_handler(greeter);
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
