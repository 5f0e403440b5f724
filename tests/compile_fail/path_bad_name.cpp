// expect: headstock: no element can have this name: XML 1.0 does not allow it
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void nothing(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::nothing>("message/{urn:x}1st"))
