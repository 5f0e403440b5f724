// expect: headstock: this object is of no use to a component, which has no account
#include "headstock/async_component.hpp"
#include "headstock/extensions/presence.hpp"

auto use(headstock::AsyncComponent& component, headstock::Presence& presence) {
    return component.scoped_register(presence);
}
