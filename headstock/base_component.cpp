#include "headstock/base_component.hpp"

#include "headstock/client/core.hpp"

#include <memory>

namespace headstock {

BaseComponent::BaseComponent(std::string_view domain,
                             std::string_view secret,
                             const ComponentOptions& options)
    : ClientOf(std::make_shared<detail::ClientCore>(domain, secret, options, this)),
      Driven(ClientApi::core_) {}

} // namespace headstock
