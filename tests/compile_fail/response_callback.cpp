// expect: headstock: the callback of a request takes const headstock::Answer<T>&
#include "headstock/base_client.hpp"

void use(headstock::BaseClient& client) {
    client.request(headstock::roster_get(), [](const std::string&) {});
}
