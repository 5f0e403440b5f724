// expect: PickOneByOverload
#include "headstock/base_client.hpp"

struct Mine {
    void body(const headstock::Element&) {}
    void body(const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body"))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
