// expect: headstock: cleanup takes nothing
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void cleanup(int) {}
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
