// expect: headstock: or_rest() needs a rest<> field in the same table
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::vector<int> x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child_text<&self::x>("x").or_rest())
