// expect: headstock: connection_lost takes nothing, const headstock::Error&, or this and
#include "headstock/headstock.hpp"

struct Handler {
    void connection_lost(int) {}
};

void use(headstock::AsyncClient& client, Handler& handler) { client.register_handler(handler); }
