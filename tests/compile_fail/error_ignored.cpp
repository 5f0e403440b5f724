// expect: nodiscard
#include "headstock/async_client.hpp"

void use(headstock::AsyncClient& client) { client.run(); }
