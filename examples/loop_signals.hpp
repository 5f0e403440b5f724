// SIGINT and SIGTERM for a program that has a libuv loop of its own.
#pragma once

#include <uv.h>

#include <csignal>
#include <functional>
#include <utility>

namespace examples {

/// Calls `stop` on the loop's thread.  It does not keep the loop running, and is closed with it.
class LoopSignals {
public:
    LoopSignals(uv_loop_t* loop, std::function<void()> stop) : stop_(std::move(stop)) {
        watch(loop, interrupt_, SIGINT);
        watch(loop, terminate_, SIGTERM);
    }

private:
    void watch(uv_loop_t* loop, uv_signal_t& signal, int number) {
        uv_signal_init(loop, &signal);
        signal.data = this;
        uv_unref(reinterpret_cast<uv_handle_t*>(&signal));
        uv_signal_start(
            &signal, [](uv_signal_t* s, int) { static_cast<LoopSignals*>(s->data)->stop_(); },
            number);
    }

    std::function<void()> stop_;
    uv_signal_t interrupt_{};
    uv_signal_t terminate_{};
};

} // namespace examples
