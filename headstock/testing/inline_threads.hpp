// Where threaded rows run in a test: on the test's own thread, when the client is at rest.
#pragma once

#include "headstock/dispatch/threads.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace headstock::detail {

class InlineThreads final : public Threads {
public:
    /// Not inside a handler.  False when there was nothing to run.
    bool run_all() {
        const bool any = !jobs_.empty();
        while (!jobs_.empty()) {
            const auto job = std::move(jobs_.front().second); // whose end may drop others
            jobs_.pop_front();
            job();
        }
        return any;
    }

    void run(std::uint64_t strand, std::function<void()> job) override {
        if (!closed_) jobs_.emplace_back(strand, std::move(job));
    }
    void drop(std::uint64_t strand) noexcept override {
        std::erase_if(jobs_, [strand](const auto& job) { return job.first == strand; });
    }
    void drop_queued() noexcept override { jobs_.clear(); }
    void close() override {
        closed_ = true;
        jobs_.clear();
    }

private:
    std::deque<std::pair<std::uint64_t, std::function<void()>>> jobs_;
    bool closed_ = false;
};

} // namespace headstock::detail
