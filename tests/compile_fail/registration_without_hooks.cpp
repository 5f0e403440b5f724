// expect: headstock: this object has none of the registration hooks
#include "headstock/base_client.hpp"

using headstock::Element, headstock::Tag;

struct Mine {
    void handle_registration() {}
};

headstock::Options use(Mine& mine) { return {.registration = &mine}; }
