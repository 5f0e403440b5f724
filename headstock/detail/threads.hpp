// Where threaded calls run, as the protocol sees it: it has no thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace headstock::detail {

/// Runs jobs on other threads: those of one strand in order and never two at a time.  Called on the
/// client's thread only.  A job has a number; the numbers of dropped jobs are given back, and those
/// never begin.
class Threads {
public:
    virtual ~Threads() = default;
    /// `job` must not throw.  Throws std::system_error when there can be no thread.
    virtual std::uint64_t run(std::uint64_t strand, std::function<void()> job) = 0;
    /// Drop what has not begun of `strand`, and wait for what has.
    virtual std::vector<std::uint64_t> drop(std::uint64_t strand) = 0;
    /// Drop what has not begun of all strands; waits for nothing.
    virtual std::vector<std::uint64_t> drop_queued() = 0;
    /// Drop what has not begun, wait for what has.  Nothing is run afterwards.
    virtual void close() = 0;
};

} // namespace headstock::detail
