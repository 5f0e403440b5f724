// expect: headstock: a row needs a path
#include "headstock/base_client.hpp"

struct Mine {
    void message(const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
