// expect: headstock: a handler of iq get or set returns the answer or takes a Reply
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void version(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::version>("iq@type=get", "query", headstock::ns::version))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
