// expect: headstock: give a closure whose parameters are written out
#include "headstock/base_client.hpp"

void use(headstock::BaseClient& client) {
    client.on_event([](const auto&) {});
}
