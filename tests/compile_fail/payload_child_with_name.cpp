// expect: headstock: child<>() of a payload takes no name: its table has one
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Inner {};
HEADSTOCK_PAYLOAD(Inner, "inner", "urn:x")

struct Mine {
    Inner x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child<&self::x>("x"))
