// expect: headstock: a handler takes at least the element (const Tag&, const Element& or Element)
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message() {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
