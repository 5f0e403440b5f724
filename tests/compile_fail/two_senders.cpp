// expect: headstock: a row says once whose stanzas it takes
#include "headstock/base_client.hpp"

using headstock::Element;

struct Mine {
    void body(const Element&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body").from_others().from_account())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
