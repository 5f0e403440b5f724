// expect: headstock: this object is of no use to a component, which has no account
#include "headstock/async_component.hpp"
#include "headstock/extensions/account.hpp"
#include "headstock/extensions/ping.hpp"

void use(headstock::AsyncComponent& component, headstock::Ping& old, headstock::Account& account) {
    component.swap_handler(old, account);
}
