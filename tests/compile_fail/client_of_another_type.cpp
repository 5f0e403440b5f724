// expect: headstock: a handler takes its client as headstock::ClientApi&, or as
#include "headstock/async_client.hpp"
#include "headstock/base_client.hpp"

struct Mine {
    void body(const headstock::Element&, headstock::AsyncClient&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
