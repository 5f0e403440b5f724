// expect: bridge: as<T>() needs to know how a T is read from an element
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Plain {};

bool use(const headstock::Element& element) { return element.as<Plain>().has_value(); }
