// expect: headstock: an enum needs its words
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

enum class Mode { a, b };
struct Mine {
    Mode x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
