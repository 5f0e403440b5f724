// expect: HEADSTOCK_HANDLERS(mine::Bot, ...) must stand in the namespace of its class
#include "headstock/headstock.hpp"

namespace mine {
struct Bot {
    void ready() {}
    void contact(const headstock::Tag&) {}
};
} // namespace mine

HEADSTOCK_HANDLERS(mine::Bot, on<&self::contact>("item", headstock::ns::roster))

void use(headstock::AsyncClient& client, mine::Bot& bot) { client.register_handler(bot); }
