// expect: headstock: a handler of iq get or set returns the answer or takes a Reply
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

struct Mine {
    void f(const Query&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("iq@type=get"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
