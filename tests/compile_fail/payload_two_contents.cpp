// expect: headstock: two content<> fields in one payload
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string a{}, b{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", content<&self::a>(), content<&self::b>())
