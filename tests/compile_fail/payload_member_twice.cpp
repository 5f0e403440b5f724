// expect: headstock: one member stands in two fields
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    int x = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("a"), attribute<&self::x>("b"))
