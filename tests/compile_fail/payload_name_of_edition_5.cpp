// expect: headstock: this is not the name of an element or attribute
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::string x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child_text<&self::x>("\xc4\xb2")) // U+0132
