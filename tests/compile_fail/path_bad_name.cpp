// expect: headstock: no element can have this name: it is not an NCName of XML 1.0
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void nothing(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::nothing>("message/{urn:x}1st"))
