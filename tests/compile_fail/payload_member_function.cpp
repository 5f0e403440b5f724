// expect: headstock: a field is a pointer to a data member
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    int x() const { return 0; }
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))
