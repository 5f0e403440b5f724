// expect: headstock: a function of another class stands in this handler table
#include "headstock/base_client.hpp"

struct Rang {};
struct Other {
    void rang(const Rang&) {}
};
struct Mine {};
HEADSTOCK_HANDLERS(Mine, on_event<&Other::rang>())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
