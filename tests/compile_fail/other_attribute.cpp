// expect: headstock: of attributes a path may hold the stanza's type only: write @type=
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message@id=1"))
