// expect: headstock: this type has neither a handler table (HEADSTOCK_HANDLERS) nor a life-cycle
// hook (ready, stopping, cleanup, terminated)
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void message(const Tag&) {}
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
