#include "headstock/async_component.hpp"

#include "headstock/client/core.hpp"
#include "headstock/client/diagnostics.hpp"

#include <memory>

namespace headstock {

AsyncComponent::AsyncComponent(std::string_view domain,
                               std::string_view secret,
                               const ComponentOptions& options)
    : ClientOf(std::make_shared<detail::ClientCore>(domain, secret, options, this)), OnLoop(core_) {
    if constexpr (detail::prints_diagnostics) set_diagnostics(detail::PrintedDiagnostics{});
}

} // namespace headstock
