// expect: headstock: a handler table is made of on<...>(...) and on_event<...>()
#include "headstock/base_client.hpp"

struct Porter {
    void rang() {}
};
HEADSTOCK_HANDLERS(Porter, &self::rang)

void use(headstock::BaseClient& client, Porter& porter) { client.register_handler(porter); }
