#include "headstock/client/key_thread.hpp"

#include "headstock/base/out_of_memory.hpp"

#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace headstock::detail {

KeyThread::KeyThread(KeyRequest request, std::function<void()> tell)
    : request_(std::move(request)), tell_(std::move(tell)), thread_([this] { derive(); }) {}

KeyThread::~KeyThread() {
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
}

void KeyThread::derive() noexcept {
    try {
        const KeyRequest request{std::move(request_)}; // whose password is wiped behind it
        auto keys = derive_keys(request, stop_);
        if (!keys) return;
        keys_ = *keys;
    } catch (const std::bad_alloc&) {
        error_ = out_of_memory();
    } catch (const std::exception&) {
        error_.code = make_error_code(Errc::sasl_failed);
    }
    done_.store(true, std::memory_order_release);
    tell_();
}

} // namespace headstock::detail
