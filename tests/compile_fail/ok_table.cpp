// expect: ok
#include "headstock/headstock.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void ready(headstock::AsyncClient& client) { client.send_stanza(headstock::presence()); }
    void contact(const Tag&) {}
    Element message(const Element& body, const Tag& message) {
        return headstock::reply_to(message).add("body", body.text());
    }
    void version(const Tag&, headstock::Reply reply) { std::move(reply)(headstock::ok); }
};
HEADSTOCK_HANDLERS(Mine,
                   on<&self::contact>("item", headstock::ns::roster),
                   on<&self::message>("message@type=chat/body").once().whole(),
                   on<&self::contact>("message/{urn:x}a").from_account(),
                   on<&self::contact>("message/{urn:x}b").from_server(),
                   on<&self::contact>("message/{urn:x}c").from("bot@example.org"),
                   on<&self::contact>("d", "urn:x").from_anyone(),
                   on<&self::version>("iq@type=get", "query", headstock::ns::version))

void use(headstock::AsyncClient& client, Mine& mine) {
    client.register_handler(mine);
    client.on({"item", headstock::ns::roster}, [](const Tag&) {});
}
