// expect: headstock: the namespace of a payload is empty
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Mine {};
HEADSTOCK_PAYLOAD(Mine, "mine", "")
