// expect: headstock: two fields for one attribute
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    int a = 0, b = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::a>("x"), attribute<&self::b>("x"))
