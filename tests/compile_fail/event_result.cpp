// expect: headstock: a handler of events returns nothing
#include "headstock/base_client.hpp"

struct Rang {};
struct Porter {
    bool rang(const Rang&) { return true; }
};
HEADSTOCK_HANDLERS(Porter, on_event<&self::rang>())

void use(headstock::BaseClient& client, Porter& porter) { client.register_handler(porter); }
