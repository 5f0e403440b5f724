// expect: HEADSTOCK_FORM(mine::Config, ...) must stand in the namespace of its class
#include "headstock/extensions/form_table.hpp"

namespace mine {
struct Config {
    std::string title{};
};
} // namespace mine

HEADSTOCK_FORM(mine::Config, "urn:x", form_field<&self::title>("title"))
