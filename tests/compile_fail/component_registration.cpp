// expect: no matching function for call to 'headstock::AsyncComponent::AsyncComponent(
#include "headstock/async_component.hpp"

void use(headstock::Register& account) {
    headstock::AsyncComponent component{"bot.e.test", "secret", {.registration = &account}};
}
