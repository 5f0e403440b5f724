// expect: headstock: or_rest() is for a std::vector of child<> or child_text<>
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Inner {
    int n = 0;
};
HEADSTOCK_PAYLOAD(Inner, "inner", "urn:x", attribute<&self::n>("n"))
struct Mine {
    Inner x{};
    std::vector<bridge::Element> others{};
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", child<&self::x>().or_rest(), rest<&self::others>())
