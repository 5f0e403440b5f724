// One host name, resolved by the system on a thread of ours.
#pragma once

#include "headstock/connect_step.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace headstock::detail {

/// The system's look-up cannot be called off, and may block for as long as its servers are silent.
/// So it runs on a thread that is left behind when nobody waits any more: not on libuv's pool,
/// which is the program's.  There are at most most_lookups such threads in a process, whatever the
/// number of clients; what comes when all of them are busy waits for one.  They end when there is
/// nothing to do.
class Lookup {
public:
    static constexpr unsigned most_lookups = 16;

    /// `tell` is called once, on any thread, when there is an answer.  Throws std::system_error
    /// when there can be no thread, and std::bad_alloc.
    static std::shared_ptr<Lookup> start(const std::string& host, std::function<void()> tell);

    /// For start().
    Lookup(const std::string& host, std::function<void()> tell);

    /// When this returns, `tell` does not run and never will.  Not in a child of fork().
    void cancel() noexcept;
    bool answered();
    /// Once answered: the addresses in the order of the system (RFC 6724), or why there are none.
    const LookUpAnswer& answer() const { return answer_; }

    /// On a thread of ours.
    void ask() noexcept;

private:
    const std::string host_;
    LookUpAnswer answer_{};
    std::mutex mutex_{}; ///< Of the rest.
    bool answered_ = false;
    std::function<void()> tell_; ///< Empty: called, or not to be called any more.
};

} // namespace headstock::detail
