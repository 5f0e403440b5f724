// expect: headstock: the namespace of a row is empty
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void item(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::item>("item", ""))
