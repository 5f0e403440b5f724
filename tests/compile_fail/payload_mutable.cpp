// expect: headstock: a handler's first parameter is const Tag&, const Element& or Element, a
// payload (T or const T&)
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

struct Mine {
    void f(Query&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
