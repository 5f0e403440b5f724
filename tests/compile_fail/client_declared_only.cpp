// expect: its client (ClientApi& or the client's own type, whose header must be included)
#include "headstock/base_client.hpp"

namespace headstock {
class AsyncClient;
}

struct Mine {
    void body(const headstock::Element&, headstock::AsyncClient&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
