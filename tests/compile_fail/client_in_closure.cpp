// expect: headstock: a closure takes its client as headstock::ClientApi&
#include "headstock/base_client.hpp"

void use(headstock::BaseClient& client) {
    client.on("message/body", [](const headstock::Element&, headstock::BaseClient&) {});
}
