// What other threads hand to the client's own thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace headstock::detail {

/// A queue of functions that any thread may fill and the client's thread empties.  Shared: a Reply may
/// outlive its client, and then finds the inbox closed.
class Inbox {
public:
    /// False when the client has ended: `f` will not run.
    bool push(std::function<void()> f) {
        const std::lock_guard lock{mutex_};
        if (closed_) return false;
        waiting_.push_back(std::move(f));
        if (wake_) wake_();
        return true;
    }

    std::vector<std::function<void()>> take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(waiting_, {});
    }

    /// `wake` is called, under the lock and on the pushing thread, after each push; empty for none.
    void set_wake(std::function<void()> wake) {
        const std::lock_guard lock{mutex_};
        wake_ = std::move(wake);
        if (wake_ && !waiting_.empty()) wake_();
    }

    /// From now on nothing is taken.  Gives what still waited: to be run, or dropped.
    std::vector<std::function<void()>> close() {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        wake_ = nullptr;
        return std::exchange(waiting_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::function<void()>> waiting_;
    std::function<void()> wake_;
    bool closed_ = false;
};

} // namespace headstock::detail
