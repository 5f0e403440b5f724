// expect: headstock: a handler takes an event that cannot be copied as const E&
#include "headstock/base_client.hpp"

#include <memory>

struct Rang {
    std::unique_ptr<int> times{};
};
struct Porter {
    void rang(Rang) {}
};
HEADSTOCK_HANDLERS(Porter, on_event<&self::rang>())

void use(headstock::BaseClient& client, Porter& porter) { client.register_handler(porter); }
