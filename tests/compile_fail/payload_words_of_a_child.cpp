// expect: headstock: child<>, flag<> and rest<> are not written as text
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    bool x = false;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", flag<&self::x>("x").values({{"a", true}, {"b", false}}))
