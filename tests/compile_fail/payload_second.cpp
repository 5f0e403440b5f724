// expect: headstock: after the element a handler may take the stanza
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

struct Mine {
    void f(const headstock::Element&, const Query&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
