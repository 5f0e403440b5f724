// expect: nodiscard
#include "headstock/one_off.hpp"

void use() {
    headstock::one_off("a@x", "secret", {}, [](headstock::AsyncClient&) {});
}
