// expect: headstock: the session keeps stream-level elements to itself
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void features(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::features>("features", headstock::ns::stream))
