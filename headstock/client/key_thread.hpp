// The derivation of a SCRAM key on a thread of its own, which can be stopped.
#pragma once

#include "headstock/error.hpp"
#include "headstock/login/scram.hpp"

#include <atomic>
#include <functional>
#include <thread>

namespace headstock::detail {

/// One key.  Not on libuv's pool: its few threads are the program's, and a server says how long
/// this takes.
class KeyThread {
public:
    /// Begins.  `tell` is called on the new thread when it is done, and must not throw.  Throws
    /// std::system_error when there can be no thread.
    KeyThread(KeyRequest request, std::function<void()> tell);
    /// Stops what has not ended, within milliseconds, and wipes the password and what was derived.
    /// Not in a child of fork().
    ~KeyThread();
    KeyThread(const KeyThread&) = delete;
    KeyThread& operator=(const KeyThread&) = delete;

    bool done() const { return done_.load(std::memory_order_acquire); }
    /// Once done(): the keys, or why there are none.
    const ScramKeys& keys() const { return keys_; }
    const Error& error() const { return error_; }

private:
    void derive() noexcept;

    KeyRequest request_;
    const std::function<void()> tell_;
    ScramKeys keys_{};
    Error error_{};
    std::atomic<bool> stop_{false};
    std::atomic<bool> done_{false};
    std::thread thread_; ///< Last: it uses all of the above.
};

} // namespace headstock::detail
