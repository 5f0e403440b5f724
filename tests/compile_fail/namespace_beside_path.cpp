// expect: headstock: a path goes alone: on<...>(path), without a namespace beside it
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void item(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::item>("message/item", headstock::ns::roster))
