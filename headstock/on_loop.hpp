// A session on a libuv loop: what AsyncClient and AsyncComponent have in common.
#pragma once

#include "headstock/error.hpp"
#include "headstock/export.hpp"

#include <chrono>
#include <functional>
#include <memory>

struct uv_loop_s; // libuv's uv_loop_t

namespace headstock {

namespace detail {
class ClientCore;
class Driver;
class OneOffEnd;
} // namespace detail

/// Runs a client on a loop of its own or on the program's: one session or, with
/// Options::reconnect, one after the other.
///
/// All functions, those of ClientApi too, belong to the thread that runs the loop, but post(),
/// stop() and emit(), which any thread may call.  While the client runs, those of ClientApi throw
/// std::logic_error on another one.
///
/// fork(): a client that was started belongs to the process that has started it.  In a child it may
/// be destroyed, which closes the child's descriptors and does nothing else: nothing is sent, no
/// hook is called, nothing waits, and its memory, closures included, stays as it is.  There run(),
/// start() and what sends give Errc::session_over, post() and emit() false, and stop() does
/// nothing.  A child that returns into its parent's run() finds that run() has ended.  A client
/// that was not started may be started by the child.
///
/// SIGPIPE is ignored in the whole process from the first start on; see options.hpp.
class HEADSTOCK_API OnLoop {
public:
    OnLoop(const OnLoop&) = delete;
    OnLoop& operator=(const OnLoop&) = delete;

    /// Run the client on its own loop until it ends.  No error: it ended because stop(), finish()
    /// or suspend() was called, everything that was sent was written, and the server ended its
    /// stream after it and, with stream management, has acknowledged everything.  Blocks.
    Error run();
    /// The same, for a program that does nothing else: SIGINT (Ctrl-C) and SIGTERM call stop(), and
    /// a second one of the same kind ends the program at once.  A signal that is ignored, as under
    /// nohup(1), or for which the program has a handler of its own, is left alone.  Only while this
    /// runs; a child of fork() that neither executes another program nor destroys the client must
    /// first give both signals back their default.
    Error run_until_signal();
    /// Begin the session: on the loop in Options::loop, which the program runs, or on the client's
    /// own, which run() runs then.  Returns at once; at the end `stopping`, `cleanup` and
    /// `terminated` are called.  The error is about what could be checked at once; then the hooks
    /// have been called already.
    Error start();
    /// End the session in order, within Timeouts::stop: unavailable presence if a client's was
    /// sent, what was sent is written, </stream:stream>.  Threaded calls that have ended are
    /// answered before; those that have not begun are dropped.  A session without a connection that
    /// the server keeps (Options::stream_management) is left to it, which gives it up after some
    /// minutes.  Any thread; returns at once.  Not from a signal handler (signal(7)), which may
    /// call nothing of a client, post() neither: use run_until_signal(), a uv_signal_t on your own
    /// loop, or write a byte into a pipe.
    void stop();
    /// The same within `limit` instead of Timeouts::stop.  Without time (zero or less) the stream's
    /// end is written and nothing is awaited.  What is not known to have arrived then is in
    /// unsent(), and in the words of error().  A later call may shorten the limit, and does nothing
    /// else.
    void stop(std::chrono::milliseconds limit);
    /// Run `f` on the client's thread, soon, or at the client's end before `cleanup`.  Any
    /// thread.  False when it has ended, and when Limits::posted wait already: `f` will not run;
    /// nor does it when the client is destroyed first.
    bool post(std::function<void()> f);

    /// Why the client ended; valid once it has.
    const Error& error() const;
    /// The loop that the client runs on, its own or Options::loop: null before the start and after
    /// the end.  For what waits on the same loop, as uploads do.  On the client's own loop nothing
    /// may be left open when the client ends or is destroyed: run() and the destructor wait for it.
    uv_loop_s* loop() const;

protected:
    explicit OnLoop(std::shared_ptr<detail::ClientCore> core);
    /// No hook and no handler is called any more; a run() under way gives operation_canceled.
    ~OnLoop();

private:
    friend class detail::OneOffEnd;
    void stop_soon() noexcept;

    std::shared_ptr<detail::Driver> driver_;
};

} // namespace headstock
