#include "headstock/client/workers.hpp"

#include <algorithm>
#include <cassert>
#include <exception>
#include <iterator>
#include <utility>

namespace headstock::detail {

void Workers::run(std::uint64_t strand, Job job) {
    assert(!closing_ && "headstock: a job for workers that have been closed");
    start();
    std::list<Job> one;
    one.push_back(std::move(job));
    const std::lock_guard lock{mutex_};
    auto& here = strands_.try_emplace(strand, strand).first->second;
    if (here.queue.empty() && !here.busy) make_ready(here);
    here.queue.splice(here.queue.end(), one);
    work_.notify_one();
}

// Fewer threads than wanted will do; none will not.
void Workers::start() {
    while (threads_.size() < count_) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::exception&) { // std::system_error, std::bad_alloc
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
        auto job = begin(strand);
        lock.unlock();
        job();
        job = nullptr; // what it holds is gone before anybody is told that it is done
        lock.lock();
        end(strand);
    }
}

Workers::Job Workers::begin(std::uint64_t strand) {
    auto& here = strands_.at(strand);
    here.place.splice(here.place.end(), ready_, ready_.begin());
    here.busy = true;
    auto job = std::move(here.queue.front());
    here.queue.pop_front();
    return job;
}

void Workers::end(std::uint64_t strand) {
    const auto at = strands_.find(strand);
    at->second.busy = false;
    if (at->second.queue.empty()) {
        strands_.erase(at);
    } else {
        make_ready(at->second);
        work_.notify_one();
    }
    done_.notify_all();
}

void Workers::drop(std::uint64_t strand) noexcept {
    assert(!is_worker() && "headstock: a threaded call may not wait for itself");
    std::list<Job> dropped;
    {
        std::unique_lock lock{mutex_};
        const auto at = strands_.find(strand);
        if (at == strands_.end()) return;
        dropped.swap(at->second.queue);
        ready_.remove(strand);
        if (!at->second.busy) strands_.erase(at);
        done_.wait(lock, [&] { return !strands_.contains(strand); });
    }
}

void Workers::drop_queued() noexcept {
    std::list<Job> dropped;
    {
        const std::lock_guard lock{mutex_};
        ready_.clear();
        for (auto at = strands_.begin(); at != strands_.end();) {
            dropped.splice(dropped.end(), at->second.queue);
            at = at->second.busy ? std::next(at) : strands_.erase(at);
        }
    }
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
