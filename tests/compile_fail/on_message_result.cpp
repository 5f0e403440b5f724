// expect: headstock: the function of on_message returns nothing, or the reply: text, a Message
#include "headstock/headstock.hpp"

void use(headstock::AsyncClient& client) {
    client.on_message([](const headstock::Message&) { return 7; });
}
