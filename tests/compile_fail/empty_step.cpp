// expect: headstock: a row has an empty name
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void nothing(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::nothing>("message/"))
