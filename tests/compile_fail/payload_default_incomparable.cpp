// expect: headstock: or_default() compares, so its member needs operator==
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

struct Color {
    int hue = 0;
};
struct Mine {
    Color x{};
};
HEADSTOCK_PAYLOAD(Mine,
                  "mine",
                  "urn:x",
                  attribute<&self::x>("x")
                      .as([](std::string_view) { return std::optional{Color{}}; },
                          [](const Color&) { return std::string{"red"}; })
                      .or_default())
