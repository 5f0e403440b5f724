// expect: headstock: a handler of events takes the event and nothing else
#include "headstock/base_client.hpp"

struct Rang {};
struct Porter {
    void rang(const Rang&, const bridge::Tag&) {}
};
HEADSTOCK_HANDLERS(Porter, on_event<&self::rang>())

void use(headstock::BaseClient& client, Porter& porter) { client.register_handler(porter); }
