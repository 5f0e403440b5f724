// Where threaded calls run, as the protocol sees it: it has no thread of its own.
#pragma once

#include <cstdint>
#include <functional>

namespace headstock::detail {

/// Runs jobs on other threads: those of one strand in order and never two at a time.  Called on the
/// client's thread only.  A job that is dropped never begins; its function is destroyed by who
/// drops it.
class Threads {
public:
    virtual ~Threads() = default;
    /// `job` must not throw.  Throws std::system_error when there can be no thread, std::bad_alloc;
    /// then it has not been taken.
    virtual void run(std::uint64_t strand, std::function<void()> job) = 0;
    /// Drop what has not begun of `strand`, and wait for what has.
    virtual void drop(std::uint64_t strand) noexcept = 0;
    /// Drop what has not begun of all strands; waits for nothing.
    virtual void drop_queued() noexcept = 0;
    /// Drop what has not begun, wait for what has.  Nothing is run afterwards.
    virtual void close() = 0;
};

} // namespace headstock::detail
