// TCP connections, look-ups, a timer and a door for other threads, on a libuv loop.
//
// Every libuv handle of the library lives behind this class, and the object ends in the last close
// callback.  It carries bytes and knows nothing of what they mean.
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct uv_loop_s;

namespace headstock::detail {

/// Who a Transport tells what happened.  Called on the loop's thread, never from within a call to
/// the Transport, and not at all once release() was called.  Every call here may call the Transport
/// back, release() included.
class TransportOwner {
public:
    virtual ~TransportOwner() = default;
    virtual void transport_connected(unsigned connection) noexcept = 0;
    /// `bytes` are borrowed until the call returns, whatever is done to the Transport meanwhile.
    virtual void transport_received(unsigned connection, std::string_view bytes) noexcept = 0;
    /// Bytes that had to wait have gone to the system; `still_queued` have not.  What write() could
    /// hand over at once is not announced.
    virtual void transport_written(unsigned connection, std::size_t still_queued) noexcept = 0;
    /// The end of what open() began, exactly once, when its socket is closed already.  No error:
    /// close() was called, or the time of close_after() is over.  Errc::connect_failed, and
    /// Errc::connection_lost, also for an orderly end of file.  From now on its number means
    /// nothing.
    virtual void transport_ended(unsigned connection, const Error& why) noexcept = 0;
    /// The answer to look_up().
    virtual void transport_looked_up(unsigned number, const LookUpAnswer& answer) noexcept = 0;
    /// set_deadline()'s time is over.  Bytes that had arrived by then were handed over before.
    virtual void transport_deadline() noexcept = 0;
    /// Asked for by request_turn().
    virtual void transport_turn() noexcept = 0;
    /// wake() was called since the last time, once or more.
    virtual void transport_woken() noexcept = 0;
    /// A signal of watch_signals() came.
    virtual void transport_signalled() noexcept = 0;
};

class Transport;

struct TransportRelease {
    void operator()(Transport* transport) const noexcept;
};
using TransportHandle = std::unique_ptr<Transport, TransportRelease>;

/// Except wake(), everything is called on the thread that runs the loop, or before it runs.
/// Connections and look-ups have numbers, which the owner chooses.  What is said to a connection
/// that there is not, or not any more, does nothing.
class Transport {
public:
    /// A transport on `loop`, which is borrowed and must outlive the close callbacks; null: a loop
    /// of its own.  While it is open it keeps its loop alive, connected or not.  `owner` is
    /// borrowed until release().  Null with `error` set when the system has no descriptor left.
    ///
    /// A write to a connection that was reset must not kill the program: SIGPIPE is ignored from
    /// then on in the whole process, and in what it executes, unless the program has set a
    /// disposition itself.
    static TransportHandle open(uv_loop_s* loop, TransportOwner& owner, Error& error);

    /// Whom to ask for names: "192.0.2.1", "192.0.2.1:5353", "[2001:db8::1]:5353", several with
    /// commas between them.  Empty: the system's.  Errc::invalid_option for anything else.  Before
    /// the first look_up().
    virtual Error set_name_servers(const std::string& servers) = 0;
    /// One transport_looked_up, unless it is called off.
    virtual void look_up(unsigned number, const std::string& name, RecordType type) = 0;
    virtual void cancel_look_up(unsigned number) = 0;

    /// Connects to an address, which has no limit of time.  Then one transport_ended, and before it
    /// perhaps transport_connected.  `name` is how errors call the other end.  Throws
    /// std::logic_error for a number whose end was not told.
    virtual void
    open(unsigned connection, const std::string& address, std::uint16_t port, std::string name) = 0;

    /// Sends in order; until connected, the bytes wait.  What the system does not take at once is
    /// queued without limit: the owner looks at queued(), writes no more and pauses reading.
    virtual void write(unsigned connection, std::string bytes) = 0;
    /// The same of what may show a password: it is wiped once the system has it, or never will.
    virtual void write_secret(unsigned connection, std::string bytes) = 0;
    /// Bytes that the system has not taken.  While the end is told: those that never will be.
    virtual std::size_t queued(unsigned connection) const = 0;

    /// Backpressure: nothing is read, and no end noticed, until resume_reading().  Only a write
    /// that fails is: then reading goes on by itself, for the peer's last words and the end.  A new
    /// connection begins reading.
    virtual void pause_reading(unsigned connection) = 0;
    virtual void resume_reading(unsigned connection) = 0;

    /// Tells the peer (FIN) that nothing follows what was written, and reads on.  What the peer has
    /// not ended by then is closed.
    virtual void close_after(unsigned connection, std::chrono::milliseconds limit) = 0;
    /// Ends the connection or the attempt at once, queued bytes included; transport_ended comes
    /// later, without error unless one was on its way.
    virtual void close(unsigned connection) = 0;

    /// All of them, at once, and without memory.
    virtual void close_all() noexcept = 0;

    /// The other end of the connection has a loopback address, so no network is in between:
    /// 127.0.0.0/8, also in its IPv6 form, or ::1.  False while not connected.
    virtual bool peer_is_loopback(unsigned connection) const = 0;
    /// Linux: acknowledges every segment at once while on, as it is at first.
    virtual void set_quick_ack(unsigned connection, bool on) = 0;

    /// One timer, of its own; setting it again replaces it, and it fires once.
    virtual void set_deadline(std::chrono::milliseconds from_now) = 0;
    virtual void clear_deadline() = 0;
    /// Milliseconds on the loop's monotonic clock, read afresh.
    virtual std::uint64_t now_ms() const = 0;

    /// Asks for one transport_turn before the loop waits next; asking twice gives one.
    virtual void request_turn() = 0;
    /// From ANY thread, until release() is called: the loop's thread gets transport_woken soon.
    /// Many calls may give one.
    virtual void wake() noexcept = 0;
    /// From now on SIGINT and SIGTERM, the first of each, are told by transport_signalled() and do
    /// nothing else; one that is ignored, or for which the program has a handler, is left alone.
    /// Once.
    virtual Error watch_signals() = 0;
    /// Where it stands.
    uv_loop_s* loop() const { return loop_; }
    /// Runs the own loop until stop_running(), or until this transport is released and closed.
    /// Throws std::logic_error on a borrowed loop.  When release() was called meanwhile, the
    /// transport is gone when this returns.  Not 0: stopped, with something left open.
    virtual int run() = 0;
    /// On a borrowed loop nothing happens.
    virtual void stop_running() = 0;

    /// The end: the owner is not called any more, all handles are closed, and nobody waits for a
    /// name look-up.  The object frees itself when the loop has closed the handles.  Its own loop
    /// is closed too: in run() if that is where we are, else here.
    virtual void release() noexcept = 0;
    /// The end in a child of fork(), where it takes the place of release(): closes the descriptors
    /// of this process, and touches nothing that the parent has too.  `on_loop_thread`: this is the
    /// thread that ran the loop, so the handles are whole, and run() ends if that is where we are.
    /// On another thread all memory is left as it is.
    virtual void leave(bool on_loop_thread) noexcept = 0;

protected:
    explicit Transport(uv_loop_s* loop) : loop_(loop) {}
    ~Transport() = default;

    uv_loop_s* loop_;
};

} // namespace headstock::detail
