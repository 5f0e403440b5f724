#include "headstock/async_component.hpp"

#include "headstock/client/core.hpp"

#include <memory>

namespace headstock {

AsyncComponent::AsyncComponent(std::string_view domain,
                               std::string_view secret,
                               const ComponentOptions& options)
    : ClientOf(std::make_shared<detail::ClientCore>(domain, secret, options, this)), OnLoop(core_) {
}

} // namespace headstock
