#include "headstock/async_client.hpp"

#include "headstock/detail/driver.hpp"

#include <memory>
#include <utility>

namespace headstock {

AsyncClient::AsyncClient(std::string_view jid, std::string_view password, const Options& options)
    : ClientOf(std::make_shared<detail::ClientCore>(jid, password, options, this)),
      driver_(std::make_shared<detail::Driver>(core_)) {}

AsyncClient::~AsyncClient() {
    const auto driver = driver_;
    driver->cancel();
}

Error AsyncClient::run() {
    const auto driver = driver_; // a handler may destroy the client meanwhile
    return driver->run();
}

Error AsyncClient::start() {
    const auto driver = driver_;
    return driver->start();
}

void AsyncClient::stop() { driver_->stop(); }
bool AsyncClient::post(std::function<void()> f) { return driver_->post(std::move(f)); }
const Error& AsyncClient::error() const { return core_->session().error(); }

} // namespace headstock
