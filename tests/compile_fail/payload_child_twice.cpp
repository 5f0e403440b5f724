// expect: headstock: two fields for one child
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string a{};
    bool b = false;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child_text<&self::a>("x"), flag<&self::b>("x", "urn:x"))
