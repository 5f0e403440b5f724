// Threads that run jobs: those of one strand in order and never two at a time, strands side by side.
//
// They belong to one client and exist from its first job on, so that a job that blocks holds up no
// one else's, and a program without jobs has no thread more.
#pragma once

#include "headstock/detail/fifo.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace headstock::detail {

/// All functions but the jobs belong to one thread, which is none of the workers.
class Workers {
public:
    using Job = std::function<void()>;

    /// How many threads there may be; 0 counts as 1.
    explicit Workers(unsigned count) : count_(count == 0 ? 1 : count) {}
    ~Workers() { close(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Run `job`, which must not throw, after the earlier ones of `strand`.  Gives it a number.  Throws
    /// std::system_error when there is no thread and none can be started.  Not after close().
    std::uint64_t run(std::uint64_t strand, Job job);
    /// Drop the jobs of `strand` that have not begun, and wait for one that has.  Gives the numbers of
    /// the dropped ones, whose functions are destroyed here.
    std::vector<std::uint64_t> drop(std::uint64_t strand);
    /// Drop all jobs that have not begun; waits for none.
    std::vector<std::uint64_t> drop_queued();
    /// The same, then wait for the jobs that have begun, and end the threads.
    void close();

private:
    struct Queued {
        std::uint64_t number;
        Job job;
    };
    struct Strand {
        std::deque<Queued> queue{};
        bool busy = false;
    };

    static std::vector<std::uint64_t> numbers_of(const std::deque<Queued>& jobs);
    void start();
    void work();
    Job begin(std::uint64_t strand);
    void end(std::uint64_t strand);
    bool is_worker() const;

    const unsigned count_;
    std::vector<std::thread> threads_;
    std::mutex mutex_; ///< Of all below.
    std::condition_variable work_;
    std::condition_variable done_;
    std::map<std::uint64_t, Strand> strands_; ///< Those with a job, waiting or begun.
    Fifo<std::uint64_t> ready_;               ///< Strands whose next job may begin, oldest first.
    std::uint64_t last_number_ = 0;
    bool closing_ = false;
};

} // namespace headstock::detail
