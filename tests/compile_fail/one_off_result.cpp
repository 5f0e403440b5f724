// expect: headstock: the task of one_off returns nothing, a Delivery, an Error or an Answer<Ok>
#include "headstock/one_off.hpp"

auto use() {
    return headstock::one_off("a@x", "secret", {}, [](headstock::AsyncClient&) { return 1; });
}
