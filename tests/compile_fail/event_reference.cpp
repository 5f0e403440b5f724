// expect: headstock: a handler of events takes an object of some class, as const E& or E
#include "headstock/base_client.hpp"

struct Rang {};
struct Porter {
    void rang(Rang&) {}
};
HEADSTOCK_HANDLERS(Porter, on_event<&self::rang>())

void use(headstock::BaseClient& client, Porter& porter) { client.register_handler(porter); }
