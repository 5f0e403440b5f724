// expect: headstock: flag<> and rest<> take no check
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    bool x = false;
};
HEADSTOCK_PAYLOAD(Mine,
                  "mine",
                  "urn:x",
                  flag<&self::x>("x").check([](bool x) { return x; }, "is not set"))
