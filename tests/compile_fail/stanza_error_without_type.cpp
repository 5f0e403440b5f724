// expect: headstock: only a row on type=error takes a StanzaError
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    void f(const headstock::StanzaError&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
