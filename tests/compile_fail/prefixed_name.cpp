// expect: headstock: give {namespace}name, not a prefix
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void item(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::item>("message/x:item"))
