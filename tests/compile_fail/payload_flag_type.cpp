// expect: headstock: flag<> fills a bool
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::optional<bool> x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", flag<&self::x>("x"))
