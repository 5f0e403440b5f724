// expect: headstock: register the object, not a pointer to it: register_handler(*p)
#include "headstock/base_client.hpp"

#include <memory>

struct Mine {
    void message(const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::message>("message"))

void use(headstock::BaseClient& client, std::shared_ptr<Mine> mine) {
    client.register_handler(mine);
}
