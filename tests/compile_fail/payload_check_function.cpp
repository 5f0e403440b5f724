// expect: headstock: check(predicate) takes bool predicate(const V&)
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

bool check_x(std::string_view) { return true; }

struct Mine {
    int x = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x").check(&check_x, "is not an x"))
