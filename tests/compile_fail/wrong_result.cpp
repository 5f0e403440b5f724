// expect: headstock: a handler returns nothing, an Element, an optional or vector of Elements, a
// StanzaError or ok
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    int message(const Element&) { return 1; }
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
