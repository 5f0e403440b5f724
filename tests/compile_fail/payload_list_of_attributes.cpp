// expect: headstock: only child<> and child_text<> fill a std::vector
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::vector<int> x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
