// expect: headstock: a payload is made empty and then filled: give it a default constructor
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {
    explicit Mine(int n) : x(n) {}
    int x;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x"))

auto use(const bridge::Element& element) { return headstock::from_element<Mine>(element); }
