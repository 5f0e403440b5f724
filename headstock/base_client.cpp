#include "headstock/base_client.hpp"

#include "headstock/client/core.hpp"

#include <memory>

namespace headstock {

BaseClient::BaseClient(std::string_view jid, std::string_view password, const Options& options)
    : ClientOf(std::make_shared<detail::ClientCore>(jid, password, options, this)),
      Driven(ClientApi::core_) {}

} // namespace headstock
