// expect: headstock: the session keeps stream-level elements to itself
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Proceed {};
HEADSTOCK_PAYLOAD(Proceed, "proceed", "urn:ietf:params:xml:ns:xmpp-tls")

struct Mine {
    void f(const Proceed&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::f>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
