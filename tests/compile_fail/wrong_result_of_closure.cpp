// expect: headstock: a handler returns nothing, an Element, an optional or vector of Elements, a
// StanzaError or ok
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

void use(headstock::BaseClient& client) {
    client.on("message", [](const Element&) { return true; });
}
