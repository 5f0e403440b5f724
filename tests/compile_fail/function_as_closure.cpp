// expect: headstock: give a closure whose parameters are written out
#include "headstock/base_client.hpp"

void seen(const headstock::Tag&);

void use(headstock::BaseClient& client) { client.on_unhandled(&seen); }
