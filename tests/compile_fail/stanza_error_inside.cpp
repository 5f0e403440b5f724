// expect: headstock: a StanzaError is read from the stanza: end the path there
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    void f(const headstock::StanzaError&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("message@type=error/error"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
