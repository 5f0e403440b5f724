// expect: headstock: xmlns is no attribute: the namespace stands beside a name
#include "headstock/payload.hpp"

struct Mine {
    std::string x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("xmlns"))
