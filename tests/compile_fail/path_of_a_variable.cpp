// expect: a constant expression
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void nothing(const Tag&) {}
};

void use(headstock::BaseClient& client, const char* path) {
    client.on(path, [](const Tag&) {});
}
