// expect: headstock: as(read, write) takes std::optional<V> read(std::string_view) and std::string
// write(const V&)
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

int read_x(std::string_view) { return 1; }
int write_x(int x) { return x; }

struct Mine {
    int x = 0;
};
HEADSTOCK_PAYLOAD(Mine, "mine", "urn:x", attribute<&self::x>("x").as(&read_x, &write_x))
