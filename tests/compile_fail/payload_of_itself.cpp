// expect: headstock: a payload cannot hold its own kind: take that child as an Element
#include "headstock/payload.hpp"

struct Mine {
    std::vector<Mine> inside{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child<&self::inside>())
