// expect: headstock: this stanza has no such type
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void presence(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::presence>("presence@type=get"))
