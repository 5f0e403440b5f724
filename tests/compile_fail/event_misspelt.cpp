// expect: Rangg
#include "headstock/base_client.hpp"

struct Rang {};

void use(headstock::BaseClient& client) { client.emit(Rangg{}); }
