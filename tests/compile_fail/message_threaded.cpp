// expect: headstock: a threaded handler takes its element by value
#include "headstock/base_client.hpp"
#include "headstock/message.hpp"

struct Mine {
    void message(const headstock::Message&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message").threaded())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
