// expect: headstock: Answer<T> is of a payload, an Element or headstock::Ok
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Query {};
HEADSTOCK_PAYLOAD(Query, "q", "urn:x")

void use(headstock::BaseClient& client) {
    client.request("a@x", Query{}, [](const headstock::Answer<int>&) {});
}
