#include "headstock/async_component.hpp"

#include "headstock/detail/driver.hpp"

#include <memory>
#include <utility>

namespace headstock {

AsyncComponent::AsyncComponent(std::string_view domain,
                               std::string_view secret,
                               const Options& options)
    : ClientOf(std::make_shared<detail::ClientCore>(
          domain, secret, options, this, detail::Role::component)),
      driver_(std::make_shared<detail::Driver>(core_)) {}

AsyncComponent::~AsyncComponent() {
    const auto driver = driver_;
    driver->cancel();
}

Error AsyncComponent::run() {
    const auto driver = driver_; // a handler may destroy the component meanwhile
    return driver->run();
}

Error AsyncComponent::start() {
    const auto driver = driver_;
    return driver->start();
}

void AsyncComponent::stop() { driver_->stop(); }
bool AsyncComponent::post(std::function<void()> f) { return driver_->post(std::move(f)); }
const Error& AsyncComponent::error() const { return core_->session().error(); }

} // namespace headstock
