#include "headstock/async_client.hpp"

#include "headstock/client/core.hpp"
#include "headstock/client/diagnostics.hpp"

#include <memory>

namespace headstock {

AsyncClient::AsyncClient(std::string_view jid, std::string_view password, const Options& options)
    : ClientOf(std::make_shared<detail::ClientCore>(jid, password, options, this)), OnLoop(core_) {
    if constexpr (detail::prints_diagnostics) set_diagnostics(detail::PrintedDiagnostics{});
}

} // namespace headstock
