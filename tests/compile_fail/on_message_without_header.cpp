// expect: headstock: include headstock/message.hpp
#include "headstock/async_client.hpp"

void use(headstock::AsyncClient& client) {
    client.on_message([](const auto&) { return "pong"; });
}
