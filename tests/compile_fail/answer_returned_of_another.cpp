// expect: headstock: Answer<T> is of a payload, an Element or headstock::Ok
#include "headstock/answer.hpp"
#include "headstock/base_client.hpp"

using headstock::Tag;

struct Mine {
    headstock::Answer<int> version(const Tag&) { return 1; }
};
HEADSTOCK_HANDLERS(Mine, on<&self::version>("iq@type=get", "query", headstock::ns::version))

void use(headstock::BaseClient& client, Mine& mine) { client.register_handler(mine); }
