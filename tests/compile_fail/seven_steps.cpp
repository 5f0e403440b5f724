// expect: headstock: a path has more than six steps
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void deep(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::deep>("message/{urn:x}a/b/c/d/e/f"))
