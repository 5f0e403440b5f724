// What other threads hand to the client's own thread.
#pragma once

#include "headstock/base/process.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace headstock::detail {

/// A queue of functions that any thread may fill and the client's thread empties.  Shared: a Reply
/// may outlive its client, and then finds the inbox closed.  In a child of fork() the inbox of a
/// client that was started before is closed, and its lock is not touched: a thread that is not
/// there may hold it.
class Inbox {
public:
    struct Job {
        std::function<void()> run;
        bool owed = false; ///< Ours, and no user's function.
    };
    using Jobs = std::list<Job>;

    /// `limit`: how many may wait for offer() to take one more.
    explicit Inbox(std::size_t limit) : limit_(limit) {}

    /// For what is owed, an answer or the end: always taken.  False when the client has ended: `f`
    /// will not run.
    bool push(std::function<void()> f) { return push(one(std::move(f), true)); }
    /// The same with what one() gave: it takes no memory, and so never fails for want of it.
    bool push(Jobs owed) noexcept {
        if (!here()) return false;
        const std::lock_guard lock{mutex_};
        return put(owed);
    }
    /// Room for `f` in an inbox, made beforehand.
    static Jobs one(std::function<void()> f, bool owed = true) {
        Jobs jobs;
        jobs.push_back({std::move(f), owed});
        return jobs;
    }
    /// For what a program may give without end.  False too when more than the limit would wait.
    bool offer(std::function<void()> f) {
        if (!here()) return false;
        auto jobs = one(std::move(f), false);
        const std::lock_guard lock{mutex_};
        return waiting_.size() < limit_ && put(jobs);
    }

    Jobs take() noexcept {
        if (!may_be_here()) return {};
        const std::lock_guard lock{mutex_};
        return std::exchange(waiting_, {});
    }

    /// The client is started, and belongs to this process from now on.
    void bind() {
        if (bound_.load(std::memory_order_relaxed)) return;
        process_ = {};
        bound_.store(true, std::memory_order_release);
    }
    /// False in a child of the process that has started the client.
    bool here() const noexcept {
        return !bound_.load(std::memory_order_acquire) || process_.is_here();
    }
    /// The same without a system call: see Process.
    bool may_be_here() const noexcept {
        return !bound_.load(std::memory_order_acquire) || process_.may_be_here();
    }

    /// `wake` is called, under the lock and on the pushing thread, after each push; empty for none.
    void set_wake(std::function<void()> wake) {
        if (!here()) return;
        const std::lock_guard lock{mutex_};
        wake_ = std::move(wake);
        if (wake_ && !waiting_.empty()) wake_();
    }

    /// From now on nothing is taken.  Gives what still waited: to be run, or dropped.
    Jobs close() noexcept {
        if (!here()) return {};
        const std::lock_guard lock{mutex_};
        closed_ = true;
        wake_ = nullptr;
        return std::exchange(waiting_, {});
    }

private:
    bool put(Jobs& jobs) {
        if (closed_) return false;
        waiting_.splice(waiting_.end(), jobs);
        if (wake_) wake_();
        return true;
    }

    std::atomic<bool> bound_{false};
    Process process_{}; ///< Not written to once bound.
    const std::size_t limit_;
    std::mutex mutex_;
    Jobs waiting_;
    std::function<void()> wake_;
    bool closed_ = false;
};

} // namespace headstock::detail
