// expect: headstock: give a local name and a namespace, or a path from the stanza
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void item(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::item>("item"))
