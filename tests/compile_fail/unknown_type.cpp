// expect: headstock: this is not a stanza type
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message@type=talk"))
