// expect: headstock: the callback of a request takes const headstock::Answer<T>&
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

void use(headstock::BaseClient& client) {
    client.request("a@x", Query{}, [](const Query&) {});
}
