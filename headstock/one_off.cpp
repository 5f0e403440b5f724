#include "headstock/one_off.hpp"

#include <exception>
#include <system_error>

namespace headstock::detail {
namespace {

struct AtReady {
    const std::function<void()>& task;
    std::exception_ptr thrown{};

    void ready(AsyncClient& client) {
        try {
            task();
        } catch (...) {
            thrown = std::current_exception();
            client.stop();
        }
    }
};

} // namespace

void OneOffEnd::let_go() noexcept {
    put_once([this] { let_go_ = true; });
}

void OneOffEnd::leave() {
    const std::lock_guard lock{mutex_};
    client_ = nullptr;
}

// Through the inbox: the hooks that stopping calls must not run under the lock, nor on any thread
// but one.
void OneOffEnd::stop() noexcept { client_->stop_soon(); }

Error without_result(const OneOffEnd& result, const Error& end) {
    if (end && !result.was_let_go()) return end;
    return {
        std::make_error_code(std::errc::operation_canceled),
        result.was_let_go()
            ? "the task of one_off gave no result: its finish was destroyed without being called"
            : "the session was stopped before the task of one_off gave a result"};
}

Error loop_is_its_own() {
    return {
        Errc::invalid_option,
        "one_off runs on a loop of its own and returns at the end: leave Options::loop null, or "
        "use an AsyncClient"};
}

Error one_session_only() {
    return {Errc::invalid_option, "one_off is one session, in which its task runs once: leave "
                                  "Options::reconnect empty, and call it again if it failed"};
}

Error run_one_off(AsyncClient& client, const Options& options, const std::function<void()>& task) {
    if (options.loop != nullptr) return loop_is_its_own();
    if (options.reconnect) return one_session_only();
    AtReady at_ready{task};
    client.register_handler(at_ready);
    auto error = client.run();
    client.unregister_handler(at_ready);
    if (at_ready.thrown) std::rethrow_exception(at_ready.thrown);
    return error;
}

} // namespace headstock::detail
