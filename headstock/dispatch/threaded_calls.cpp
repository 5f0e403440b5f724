#include "headstock/dispatch/threaded_calls.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace headstock::detail {

// All that takes memory is made before the job is given away: the call must come back without.
void ThreadedCalls::start(std::shared_ptr<ThreadedCall> call) {
    assert(threads_ != nullptr);
    const auto number = last_number_ + 1;
    call->set_way_back(Inbox::one([this, number] { finish(number); }));
    const auto at = calls_.emplace(number, call).first;
    try {
        threads_->run(call->strand(), [call, inbox = inbox_]() mutable {
            if (!call->claim()) return;
            call->run();
            auto back = call->take_way_back();
            call =
                nullptr; // the last share of it goes on the client's thread, with a closure's end
            inbox->push(std::move(back));
        });
    } catch (...) {
        calls_.erase(at);
        throw;
    }
    last_number_ = number;
    held_ += call->size();
}

std::size_t ThreadedCalls::room() const {
    const auto taken = held_ + sizeof(ThreadedCall);
    return limit_ - std::min(limit_, taken);
}

std::string ThreadedCalls::why_no_room(std::size_t size) const {
    return concat({decimal(held_ + sizeof(ThreadedCall) + size),
                   " bytes and more would wait for threaded rows, more than ", decimal(limit_),
                   " (Limits::threaded)"});
}

void ThreadedCalls::finish(std::uint64_t number) {
    const auto at = calls_.find(number);
    if (at == calls_.end()) return;
    const auto call = take(at);
    if (call->dropped()) return call->refuse(Condition::internal_server_error);
    const bool good = dispatcher_.run_user(call->name(), [&] { call->deliver(); });
    call->refuse(good ? Condition::service_unavailable : Condition::internal_server_error);
}

std::shared_ptr<ThreadedCall> ThreadedCalls::take(Calls::iterator at) noexcept {
    auto call = std::move(at->second);
    held_ -= call->size();
    calls_.erase(at);
    return call;
}

// A stanza may be open: the answers that are owed go through the inbox.
void ThreadedCalls::drop(std::uint64_t ticket) noexcept {
    for (const auto& [number, call] : calls_) {
        if (call->ticket() != ticket) continue;
        threads_->drop(call->strand());
        if (!call->claim()) continue;
        call->set_dropped();
        note_dropped(*call, "its object was unregistered");
        inbox_->push(call->take_way_back());
    }
}

void ThreadedCalls::drop_queued(std::string_view why) {
    if (calls_.empty()) return;
    threads_->drop_queued();
    for (auto at = calls_.begin(); at != calls_.end();) {
        const auto here = at++;
        if (!here->second->claim()) continue;
        const auto call = take(here);
        note_dropped(*call, why);
        call->refuse(Condition::internal_server_error);
    }
}

// Nothing can be sent any more, so that what is refused for want of memory is no loss.
void ThreadedCalls::end() noexcept {
    if_memory_allows([this] { drop_queued("the session has ended"); });
    if (threads_ != nullptr) threads_->close();
}

void ThreadedCalls::abandon() {
    if (threads_ != nullptr) threads_->close();
    calls_.clear();
}

void ThreadedCalls::note_dropped(const ThreadedCall& call, std::string_view why) noexcept {
    if_memory_allows([&] {
        outlet_.tell_dropped(concat({"dropped a call of ", call.name(), ": ", why}));
    });
}

} // namespace headstock::detail
