// Which process this is.  A child of fork() has the memory of its parent and none of its other
// threads, and shares its sockets.
#pragma once

#include <atomic>

namespace headstock::detail {

/// The process in which it was made.  Any thread.
class Process {
public:
    /// Throws std::bad_alloc, the first time only.
    Process();

    /// False in a child of fork().  Costs no system call.
    bool may_be_here() const noexcept {
        return forks_.load(std::memory_order_relaxed) == forks_then_;
    }
    /// False also in a child that was made by another way than fork(), as _Fork().
    bool is_here() const noexcept;

private:
    static inline std::atomic<unsigned> forks_{0}; ///< How often this process became another one.

    unsigned forks_then_;
    long id_;
};

/// One `T` for each process, made when it is first asked for and never destroyed.  A child gets
/// another one than its parent: a thread that the child does not have may have held a lock in that.
template <class T>
class PerProcess {
public:
    constexpr PerProcess() = default;
    PerProcess(const PerProcess&) = delete;
    PerProcess& operator=(const PerProcess&) = delete;

    /// Any thread.  Throws std::bad_alloc.
    T& get() {
        auto* there = current_.load(std::memory_order_acquire);
        if (there != nullptr && there->process.is_here()) return there->value;
        auto* const fresh = new Held;
        if (current_.compare_exchange_strong(there, fresh, std::memory_order_acq_rel))
            return fresh->value;
        delete fresh; // another thread was quicker
        return there->value;
    }

private:
    struct Held {
        Process process{};
        T value{};
    };
    std::atomic<Held*> current_{nullptr};
};

} // namespace headstock::detail
