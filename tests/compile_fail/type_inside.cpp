// expect: headstock: only the stanza has a type, at the beginning of the path
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void body(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::body>("message/body@type=chat"))
