// expect: headstock: resumed takes nothing
#include "headstock/headstock.hpp"

struct Handler {
    void resumed(int) {}
};

void use(headstock::AsyncClient& client, Handler& handler) { client.register_handler(handler); }
