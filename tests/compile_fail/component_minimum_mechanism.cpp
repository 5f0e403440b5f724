// expect: 'minimum_mechanism'
#include "headstock/async_component.hpp"

headstock::ComponentOptions options{.minimum_mechanism = headstock::Mechanism::plain};
