// expect: Payload
#include "headstock/extensions/pubsub.hpp"

struct Tune {};
struct Mine {
    void tune(const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Mine, on<&self::tune>(headstock::item_event<Tune>()))
