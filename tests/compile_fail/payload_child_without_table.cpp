// expect: headstock: child<> is for a payload with a table, or an Element with its name
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child<&self::x>())
