// expect: headstock: this object is of no use to a component, which has no account
#include "headstock/async_component.hpp"

struct Mine {
    static constexpr bool needs_account = true;
    void ready() {}
};
struct Derived : Mine {};
struct Gateway : headstock::AsyncComponent {
    using AsyncComponent::AsyncComponent;
};

void use(Gateway& gateway, Derived& derived) { gateway.register_handler(derived); }
