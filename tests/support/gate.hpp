// What a test of threads needs in order not to sleep: a gate that a call waits at.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace support {

/// A call enters and waits; the test sees that it is there, and lets it go.
class Gate {
public:
    /// In the call.  Gives up after ten seconds, so that a broken test ends.
    void enter() {
        std::unique_lock lock{mutex_};
        inside_ = true;
        changed_.notify_all();
        changed_.wait_for(lock, patience, [this] { return open_; });
        if (open_) passed_ = true;
        inside_ = false;
    }
    /// Until a call is inside.  False: none came within ten seconds.
    bool wait() {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, patience, [this] { return inside_; });
    }
    void open() {
        const std::lock_guard lock{mutex_};
        open_ = true;
        changed_.notify_all();
    }
    /// A call is inside now.
    bool occupied() {
        const std::lock_guard lock{mutex_};
        return inside_;
    }
    /// A call has gone through it.
    bool passed() {
        const std::lock_guard lock{mutex_};
        return passed_;
    }
    /// From another thread, soon: whoever waits for the call now has to be waiting by then, or must
    /// have been wrong before.
    std::thread open_soon() {
        return std::thread{[this] {
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            open();
        }};
    }

private:
    static constexpr std::chrono::seconds patience{10};

    std::mutex mutex_;
    std::condition_variable changed_;
    bool inside_ = false;
    bool open_ = false;
    bool passed_ = false;
};

} // namespace support
