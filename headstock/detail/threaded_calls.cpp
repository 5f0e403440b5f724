#include "headstock/detail/threaded_calls.hpp"

#include "headstock/detail/concat.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <string>
#include <utility>

namespace headstock::detail {

void ThreadedCalls::start(std::shared_ptr<ThreadedCall> call) {
    assert(threads_ != nullptr);
    // The worker's share of the call goes back through the inbox, so that a closure's end is here.
    const auto number = threads_->run(call->strand(), [this, call, inbox = inbox_]() mutable {
        call->run();
        inbox->push([this, call = std::move(call)] { finish(call); });
    });
    held_ += call->size();
    call->set_number(number);
    calls_.emplace(number, std::move(call));
}

std::size_t ThreadedCalls::room() const {
    const auto taken = held_ + sizeof(ThreadedCall);
    return limit_ - std::min(limit_, taken);
}

std::string ThreadedCalls::why_no_room(std::size_t size) const {
    return concat({std::to_string(held_ + sizeof(ThreadedCall) + size),
                   " bytes and more would wait for threaded rows, more than ",
                   std::to_string(limit_), " (Limits::threaded)"});
}

void ThreadedCalls::finish(const std::shared_ptr<ThreadedCall>& call) {
    forget(*call);
    const bool good = dispatcher_.guarded(call->name(), [&] { call->deliver(); });
    call->refuse(good ? Condition::service_unavailable : Condition::internal_server_error);
}

void ThreadedCalls::forget(const ThreadedCall& call) {
    held_ -= call.size();
    calls_.erase(call.number());
}

void ThreadedCalls::drop(std::uint64_t ticket) {
    std::set<std::uint64_t> strands;
    for (const auto& [number, call] : calls_) {
        if (call->ticket() == ticket) strands.insert(call->strand());
    }
    for (const auto strand : strands) {
        for (auto& call : take(threads_->drop(strand))) {
            note_dropped(*call, "its object was unregistered");
            inbox_->push(
                [call = std::move(call)] { call->refuse(Condition::internal_server_error); });
        }
    }
}

void ThreadedCalls::drop_queued(std::string_view why) {
    if (calls_.empty()) return;
    for (const auto& call : take(threads_->drop_queued())) {
        note_dropped(*call, why);
        call->refuse(Condition::internal_server_error);
    }
}

void ThreadedCalls::end() {
    drop_queued("the session has ended");
    if (threads_ != nullptr) threads_->close();
}

void ThreadedCalls::abandon() {
    if (threads_ != nullptr) threads_->close();
    calls_.clear();
}

std::vector<std::shared_ptr<ThreadedCall>>
ThreadedCalls::take(const std::vector<std::uint64_t>& numbers) {
    std::vector<std::shared_ptr<ThreadedCall>> taken;
    for (const auto number : numbers) {
        const auto at = calls_.find(number);
        held_ -= at->second->size();
        taken.push_back(std::move(at->second));
        calls_.erase(at);
    }
    return taken;
}

void ThreadedCalls::note_dropped(const ThreadedCall& call, std::string_view why) {
    outlet_.note(concat({"dropped a call of ", call.name(), ": ", why}));
}

} // namespace headstock::detail
