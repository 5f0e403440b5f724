// expect: headstock: this object is of no use to a component, which has no account
#include "headstock/base_component.hpp"
#include "headstock/extensions/roster.hpp"

void use(headstock::BaseComponent& component, headstock::Roster& roster) {
    component.register_handler(roster);
}
