// expect: headstock: a handler's first parameter is const Tag&, const Element& or Element
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(Element&&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
