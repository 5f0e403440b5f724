// expect: HEADSTOCK_HANDLERS(Bot, ...) must stand in the namespace of its class
#include "headstock/headstock.hpp"

namespace theirs {
struct Base {
    void contact(const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Base, on<&self::contact>("item", headstock::ns::roster))
} // namespace theirs
namespace mine {
struct Bot : theirs::Base { // has a table, and not the one that is meant
    void message(const headstock::Tag&) {}
};
} // namespace mine
using mine::Bot;

HEADSTOCK_HANDLERS(Bot, on<&self::message>("message"))

void use(headstock::AsyncClient& client, Bot& bot) { client.register_handler(bot); }
