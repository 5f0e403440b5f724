// expect: headstock: or_default() is for a plain member
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::optional<int> x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x").or_default())
