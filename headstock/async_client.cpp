#include "headstock/async_client.hpp"

#include "headstock/client/core.hpp"

#include <memory>

namespace headstock {

AsyncClient::AsyncClient(std::string_view jid, std::string_view password, const Options& options)
    : ClientOf(std::make_shared<detail::ClientCore>(jid, password, options, this)), OnLoop(core_) {}

} // namespace headstock
