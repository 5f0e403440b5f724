// expect: headstock: a handler takes one Reply
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void ask(const Element&, headstock::Reply, headstock::Reply) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::ask>("iq@type=get"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
