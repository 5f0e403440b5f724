// expect: a headstock::Message (or const Message&)
#include "headstock/base_client.hpp"
#include "headstock/message.hpp"

struct Mine {
    void message(headstock::Message&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
