// expect: headstock: a payload or a field has an empty name
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    bridge::Element x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child<&self::x>())
