// expect: HEADSTOCK_HANDLERS(Bot, ...) must stand in the namespace of its class
#include "headstock/headstock.hpp"

namespace mine {
struct Bot {
    void ready() {}
    void contact(const headstock::Tag&) {}
};
class Other {
    friend HEADSTOCK_HANDLERS(Bot, on<&self::contact>("item", headstock::ns::roster))
};
} // namespace mine

void use(headstock::AsyncClient& client, mine::Bot& bot) { client.register_handler(bot); }
