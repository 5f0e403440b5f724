// expect: headstock: a function of another class stands in this handler table
#include "headstock/base_client.hpp"

struct Other {
    void message(const headstock::Tag&) {}
};
struct Mine {};
HEADSTOCK_HANDLERS(Mine, on<&Other::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
