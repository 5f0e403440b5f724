// expect: headstock: a handler takes its client once
#include "headstock/base_client.hpp"

void use(headstock::BaseClient& client) {
    client.on("message/body",
              [](const headstock::Element&, headstock::ClientApi&, headstock::ClientApi&) {});
}
