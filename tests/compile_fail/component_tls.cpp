// expect: ComponentTls'
#include "headstock/async_component.hpp"

void use(headstock::ComponentOptions& options) { options.tls = headstock::Tls::required; }
