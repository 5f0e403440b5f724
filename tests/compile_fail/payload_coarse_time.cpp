// expect: headstock: this type has no text of its own
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::chrono::sys_days x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
