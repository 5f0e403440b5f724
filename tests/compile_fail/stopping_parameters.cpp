// expect: headstock: stopping takes nothing, or const headstock::Error&
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void stopping(const char*) {}
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
