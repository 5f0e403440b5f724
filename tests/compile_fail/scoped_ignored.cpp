// expect: nodiscard
#include "headstock/base_client.hpp"

void use(headstock::BaseClient& client) {
    client.scoped_on("message", [](const headstock::Tag&) {});
}
