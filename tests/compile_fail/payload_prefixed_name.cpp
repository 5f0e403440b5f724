// expect: headstock: give a local name and a namespace, not a prefix
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("xml:lang"))
