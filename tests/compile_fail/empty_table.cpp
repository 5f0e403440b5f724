// expect: headstock: an empty handler table
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    static constexpr auto handlers() { return headstock::handlers(); }
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
