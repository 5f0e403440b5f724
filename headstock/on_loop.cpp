#include "headstock/on_loop.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/client/driver.hpp"

#include <algorithm>
#include <utility>

namespace headstock {

OnLoop::OnLoop(std::shared_ptr<detail::ClientCore> core)
    : driver_(std::make_shared<detail::Driver>(std::move(core))) {}

// Each function that calls handlers holds the driver: one of them may destroy the client meanwhile.

OnLoop::~OnLoop() {
    const auto driver = driver_;
    driver->cancel();
}

Error OnLoop::run() {
    const auto driver = driver_;
    return driver->run();
}

Error OnLoop::run_until_signal() {
    const auto driver = driver_;
    return driver->run_until_signal();
}

Error OnLoop::start() {
    const auto driver = driver_;
    return driver->start();
}

void OnLoop::stop() { driver_->stop(); }
void OnLoop::stop(std::chrono::milliseconds limit) {
    driver_->stop(std::max(limit, detail::shortest_limit));
}
void OnLoop::stop_soon() noexcept { driver_->stop_soon(); }
bool OnLoop::post(std::function<void()> f) { return driver_->post(std::move(f)); }
const Error& OnLoop::error() const { return driver_->error(); }
uv_loop_s* OnLoop::loop() const { return driver_->loop(); }

} // namespace headstock
