// expect: a temporary would be gone before its first call
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(const Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client) { client.register_handler(Mine{}); }
