// expect: deleted
#include "headstock/base_client.hpp"

struct Mine {
    void ready() {}
};

auto use(headstock::BaseClient& client) { return client.scoped_register(Mine{}); }
