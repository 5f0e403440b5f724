// expect: headstock: this type has no text of its own
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string_view x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
