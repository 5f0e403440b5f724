// expect: ok
#include "headstock/base_client.hpp"

struct Mine {
    void terminated() noexcept {}
    void handle_register_success() {}
};

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
headstock::Options options(Mine& mine) { return {.registration = &mine}; }
