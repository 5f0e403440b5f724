// Threads that run jobs: those of one strand in order and never two at a time, strands side by
// side.
//
// They belong to one client and exist from its first job on, so that a job that blocks holds up no
// one else's, and a program without jobs has no thread more.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
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

    /// Run `job`, which must not throw, after the earlier ones of `strand`.  Throws
    /// std::system_error when there is no thread and none can be started, std::bad_alloc; the job
    /// is not taken then.  Not after close().
    void run(std::uint64_t strand, Job job);
    /// Drop the jobs of `strand` that have not begun, and wait for one that has.  Their functions
    /// are destroyed here.
    void drop(std::uint64_t strand) noexcept;
    /// Drop all jobs that have not begun; waits for none.
    void drop_queued() noexcept;
    /// The same, then wait for the jobs that have begun, and end the threads.
    void close();

private:
    using Strands = std::list<std::uint64_t>;

    // A worker asks for no memory: what it moves about are nodes that run() has made.
    struct Strand {
        explicit Strand(std::uint64_t number) : place{number} {}
        std::list<Job> queue{};
        Strands place; ///< Its node for ready_, while it is not there.
        bool busy = false;
    };

    void start();
    void make_ready(Strand& strand) noexcept { ready_.splice(ready_.end(), strand.place); }
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
    Strands ready_;                           ///< Whose next job may begin, oldest first.
    bool closing_ = false;
};

} // namespace headstock::detail
