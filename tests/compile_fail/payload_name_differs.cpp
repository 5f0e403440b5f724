// expect: headstock: the path ends in another element than the payload describes
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

struct Mine {
    void f(const Query&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("other", "urn:x"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
