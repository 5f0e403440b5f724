// expect: headstock: rest<> fills a std::vector<bridge::Element>
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    bridge::Element x{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", rest<&self::x>())
