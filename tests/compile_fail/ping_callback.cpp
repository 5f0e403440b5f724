// expect: headstock: the callback of a ping takes const headstock::Answer<headstock::Ok>&
#include "headstock/base_client.hpp"
#include "headstock/extensions/ping.hpp"

void use(headstock::BaseClient& client) {
    headstock::ping(client, "", [](const headstock::Element&) {});
}
