// expect: headstock: the function of on_message takes const headstock::Message&
#include "headstock/headstock.hpp"

void use(headstock::AsyncClient& client) {
    client.on_message([](const headstock::Element&) { return "pong"; });
}
