// expect: headstock: a field of another class stands in this payload's table
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Theirs {
    int y = 0;
};
struct Mine {
    int x = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&Theirs::y>("y"))
