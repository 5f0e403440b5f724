// expect: headstock: a payload's field is filled when it is read, so it cannot be const
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    const int x = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
