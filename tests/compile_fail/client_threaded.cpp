// expect: headstock: a threaded handler may not take its client
#include "headstock/base_client.hpp"

using headstock::Element;

struct Mine {
    void body(Element, headstock::ClientApi&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body").threaded())

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
