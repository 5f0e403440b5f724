// expect: headstock: this function is for whole stanzas, while a row of a table or on() takes a
// payload
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

void use(headstock::BaseClient& client) {
    client.register_on_iq([](const Query&) { return headstock::ok; });
}
