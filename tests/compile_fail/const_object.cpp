// expect: headstock: register an object that may be changed
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(const Tag&) const {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, const Mine& mine) { client.register_handler(mine); }
