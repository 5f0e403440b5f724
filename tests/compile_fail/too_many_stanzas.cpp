// expect: headstock: a handler takes the stanza once
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void body(const Element&, const Tag&, const Element&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
