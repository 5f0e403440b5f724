// expect: headstock: a threaded handler takes its element by value
#include "headstock/base_client.hpp"

using headstock::Element;

struct Mine {
    void body(const Element&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body").threaded())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
