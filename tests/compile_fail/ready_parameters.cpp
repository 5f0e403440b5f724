// expect: headstock: ready takes nothing, or the client by reference
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void ready(int) {}
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
