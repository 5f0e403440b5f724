// expect: no matching
#include "headstock/async_component.hpp"

void use(headstock::Register& account) {
    headstock::AsyncComponent component{"bot.e.test", "secret", {.registration = &account}};
}
