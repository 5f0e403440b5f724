// expect: headstock: a row is for a member function without & behind it
#include "headstock/base_client.hpp"

struct Mine {
    void message(const headstock::Tag&) & {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
