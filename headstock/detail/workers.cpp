#include "headstock/detail/workers.hpp"

#include <algorithm>
#include <cassert>
#include <system_error>
#include <utility>

namespace headstock::detail {

std::uint64_t Workers::run(std::uint64_t strand, Job job) {
    assert(!closing_ && "headstock: a job for workers that have been closed");
    start();
    const std::lock_guard lock{mutex_};
    auto& [queue, busy] = strands_[strand];
    if (queue.empty() && !busy) ready_.push_back(strand);
    queue.push_back({++last_number_, std::move(job)});
    work_.notify_one();
    return last_number_;
}

// Fewer threads than wanted will do; none will not.
void Workers::start() {
    while (threads_.size() < count_) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error&) {
            if (threads_.empty()) throw;
            return;
        }
    }
}

void Workers::work() {
    std::unique_lock lock{mutex_};
    for (;;) {
        work_.wait(lock, [this] { return closing_ || !ready_.empty(); });
        if (ready_.empty()) return;
        const auto strand = ready_.front();
        ready_.pop_front();
        auto job = begin(strand);
        lock.unlock();
        job();
        job = nullptr; // what it holds is gone before anybody is told that it is done
        lock.lock();
        end(strand);
    }
}

Workers::Job Workers::begin(std::uint64_t strand) {
    auto& [queue, busy] = strands_.at(strand);
    busy = true;
    auto job = std::move(queue.front().job);
    queue.pop_front();
    return job;
}

void Workers::end(std::uint64_t strand) {
    const auto at = strands_.find(strand);
    at->second.busy = false;
    if (at->second.queue.empty()) {
        strands_.erase(at);
    } else {
        ready_.push_back(strand);
        work_.notify_one();
    }
    done_.notify_all();
}

std::vector<std::uint64_t> Workers::numbers_of(const std::deque<Queued>& jobs) {
    std::vector<std::uint64_t> numbers;
    numbers.reserve(jobs.size());
    for (const auto& each : jobs) numbers.push_back(each.number);
    return numbers;
}

std::vector<std::uint64_t> Workers::drop(std::uint64_t strand) {
    assert(!is_worker() && "headstock: a threaded call may not wait for itself");
    std::deque<Queued> dropped;
    {
        std::unique_lock lock{mutex_};
        const auto at = strands_.find(strand);
        if (at == strands_.end()) return {};
        dropped.swap(at->second.queue);
        ready_.remove(strand);
        if (!at->second.busy) strands_.erase(at);
        done_.wait(lock, [&] { return !strands_.contains(strand); });
    }
    return numbers_of(dropped);
}

std::vector<std::uint64_t> Workers::drop_queued() {
    std::deque<Queued> dropped;
    {
        const std::lock_guard lock{mutex_};
        ready_.clear();
        for (auto at = strands_.begin(); at != strands_.end();) {
            std::move(at->second.queue.begin(), at->second.queue.end(),
                      std::back_inserter(dropped));
            at->second.queue.clear();
            at = at->second.busy ? std::next(at) : strands_.erase(at);
        }
    }
    auto numbers = numbers_of(dropped);
    std::sort(numbers.begin(), numbers.end()); // as they came
    return numbers;
}

void Workers::close() {
    assert(!is_worker() && "headstock: a threaded call may not end its own client");
    drop_queued();
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
        work_.notify_all();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool Workers::is_worker() const {
    return std::any_of(threads_.begin(), threads_.end(), [](const auto& thread) {
        return thread.get_id() == std::this_thread::get_id();
    });
}

} // namespace headstock::detail
