// The threaded calls of one client that are not delivered yet: bounded, dropped, awaited.
//
// Everything here is on the client's thread; only ThreadedCall::run() is not.
#pragma once

#include "headstock/dispatch/dispatcher.hpp"
#include "headstock/dispatch/inbox.hpp"
#include "headstock/dispatch/threaded_call.hpp"
#include "headstock/dispatch/threads.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace headstock::detail {

class ThreadedCalls {
public:
    /// `limit`: the most bytes that calls may hold until they are delivered.
    ThreadedCalls(Outlet& outlet,
                  Dispatcher& dispatcher,
                  std::shared_ptr<Inbox> inbox,
                  std::size_t limit)
        : outlet_(outlet), dispatcher_(dispatcher), inbox_(std::move(inbox)), limit_(limit) {}

    /// Before the first call; borrowed.
    void set_threads(Threads& threads) { threads_ = &threads; }

    /// As Outlet::start.  What the call comes to is delivered through the inbox.
    void start(std::shared_ptr<ThreadedCall> call);
    /// As Outlet::room_for_calls and why_no_room.
    std::size_t room() const;
    std::string why_no_room(std::size_t size) const;
    /// The object of this ticket is gone: when this returns, none of its functions runs or will.
    /// Answers that queued calls owed are given through the inbox.
    void drop(std::uint64_t ticket) noexcept;
    /// Drop the calls that have not begun, answer for them, and say in the log why.
    void drop_queued(std::string_view why);
    /// The session has ended: the same, then wait for the calls that have begun; what they came to
    /// is in the inbox.
    void end() noexcept;
    /// The client is gone: the same without a word to anybody.
    void abandon();

private:
    using Calls = std::map<std::uint64_t, std::shared_ptr<ThreadedCall>>;

    void finish(std::uint64_t number);
    std::shared_ptr<ThreadedCall> take(Calls::iterator at) noexcept;
    void note_dropped(const ThreadedCall& call, std::string_view why) noexcept;

    Outlet& outlet_;
    Dispatcher& dispatcher_;
    std::shared_ptr<Inbox> inbox_;
    const std::size_t limit_;
    Threads* threads_ = nullptr;
    Calls calls_; ///< In the order in which they came.
    std::uint64_t last_number_ = 0;
    std::size_t held_ = 0;
};

} // namespace headstock::detail
