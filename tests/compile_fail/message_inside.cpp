// expect: headstock: a Message is the whole stanza: its path is 'message'
#include "headstock/base_client.hpp"
#include "headstock/message.hpp"

struct Mine {
    void body(const headstock::Message&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
