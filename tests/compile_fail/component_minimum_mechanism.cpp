// expect: 'headstock::ComponentOptions' has no non-static data member named 'minimum_mechanism'
#include "headstock/async_component.hpp"

headstock::ComponentOptions options{.minimum_mechanism = headstock::Mechanism::plain};
