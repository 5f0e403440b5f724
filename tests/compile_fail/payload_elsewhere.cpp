// expect: HEADSTOCK_PAYLOAD(mine::Note, ...) must stand in the namespace of its class
#include "headstock/payload.hpp"

namespace mine {
struct Note {
    std::string text{};
};
} // namespace mine

HEADSTOCK_PAYLOAD(mine::Note, "note", "urn:x", content<&self::text>())
