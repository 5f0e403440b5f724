// expect: headstock: session_ended takes nothing, or const headstock::Error&
#include "headstock/headstock.hpp"

struct Handler {
    void session_ended(int) {}
};

void use(headstock::AsyncClient& client, Handler& handler) { client.register_handler(handler); }
