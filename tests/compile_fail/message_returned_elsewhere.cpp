// expect: headstock: a Message is returned by a handler that takes one
#include "headstock/base_client.hpp"
#include "headstock/message.hpp"

struct Mine {
    headstock::Message body(const headstock::Element&) { return {}; }
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
