// expect: headstock: two rest<> fields in one payload
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    std::vector<bridge::Element> a{}, b{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", rest<&self::a>(), rest<&self::b>())
