// A session without a socket: what BaseClient and BaseComponent have in common.
#pragma once

#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"
#include "headstock/export.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

namespace detail {
class ClientCore;
} // namespace detail

/// Everything of an XMPP session but the connection: stream, TLS, login, dispatch.  You carry bytes
/// and tell the time.  With a `connection` of yours:
///
///     if (const auto error = client.check()) return error;
///     client.tick(now_ms());
///     client.connected();
///     while (true) {
///         client.pump();
///         const auto bytes = client.output();
///         if (!bytes.empty()) client.written(connection.write(bytes));
///         if (auto job = client.key_job()) {
///             job->derive();
///             client.finish(*job);
///             continue;
///         }
///         if (client.wants_close() && client.output().empty()) break;
///         const auto came = connection.read_until(client.deadline());
///         client.tick(now_ms());
///         if (came.end) break;
///         client.received(came.bytes);
///     }
///     connection.close();
///     client.disconnected();
///     return client.error();
///
/// With Options::reconnect or Options::registration (whose account may have to log in on another
/// connection) this goes on while over() is false: wait until deadline(), tick(), and begin again
/// with connected() when wants_connection() says so, or with disconnected(why) when no connection
/// can be made.
///
/// It opens no socket and asks no name server.  Who leaves the search for the server to the client
/// calls find_server() in the place of connected(), and then, after every call of a function here,
/// does what connect_steps() says: several connections may be open at a time, and the functions
/// that carry bytes are told which one is meant, until one of them is chosen.  That one goes on
/// with its number; the others are to be closed.
///
/// A program that waits for many things does one turn of it whenever something has happened:
/// examples/own_loop.cpp does it with poll(2).  Answers are never refused, so a server that asks
/// and does not read could make output() grow without end: while more than Limits::queued waits in
/// it, read nothing.
///
/// Handlers run inside tick(), received(), connected(), disconnected(), finish() and pump(), inside
/// emit_now(), looked_up(), find_server(), and `ready` inside the registration in a session that is
/// ready; nowhere else.  They
/// may call the client back, but of the functions here only stop() and post(): the others throw
/// std::logic_error there.  When memory runs out in one of them, which have nobody to throw it to,
/// the session ends with Errc::out_of_memory: wants_close() follows.
///
/// It does not wait; Timeouts::write is yours to keep, and Timeouts::connect where you open the
/// connection without find_server().  One thread, that of connected() or find_server(), but for
/// post(), emit() and KeyJob::derive(): a function that is called on another one throws
/// std::logic_error until the client is over().  A threaded row that wants the end posts a call of
/// stop().
class HEADSTOCK_API Driven {
public:
    Driven(const Driven&) = delete;
    Driven& operator=(const Driven&) = delete;

    /// What the constructor was given that cannot be used: a malformed JID, an unreadable CA file.
    /// To be asked before connecting.
    Error check();
    /// The time in milliseconds from any fixed beginning; it never goes back.  Call it before
    /// telling the client what has happened, and when deadline() has come.
    void tick(std::uint64_t now_ms);
    /// The connection stands.  With an error of check() nothing is written, and the session is
    /// over.
    void connected();
    /// Bytes came from the server.  Borrowed until the call returns.  What comes before connected()
    /// is dropped.
    void received(std::string_view wire);
    /// The connection is closed, by either side, or could not be made.  Hooks `cleanup` and
    /// `terminated` run, and error() is final; or, with Options::reconnect, `connection_lost` and
    /// `session_ended`, and over() is false; or, behind a registration, nothing of all that, and
    /// over() is false.  Drops what output() had.
    void disconnected(const Error& why = {});
    // --- with find_server(): connections have numbers --------------------------------------------

    /// Begin to look for the server.  When it is found nowhere this ends as by disconnected().
    /// With an error of check() the session is over.
    void find_server();
    /// What is to be done for it now, in this order; each once.
    std::vector<ConnectStep> connect_steps();
    /// What a LookUp has found.
    void looked_up(unsigned number, const LookUpAnswer& answer);
    /// The connection of an OpenConnection stands.
    void connected(unsigned connection);
    void received(unsigned connection, std::string_view wire);
    /// It is closed, or could not be made: then `why` is not empty.
    void disconnected(unsigned connection, const Error& why = {});
    /// What is to be written to it.  A view until the next call of a function here.
    std::string_view output(unsigned connection) const;
    /// The first `bytes` of that are written; else as written(bytes).
    void written(unsigned connection, std::size_t bytes);

    // --- with one connection, or several ---------------------------------------------------------

    /// Unavailable presence if presence was sent, then the stream's end; wants_close() follows,
    /// when the server has answered or Timeouts::stop has passed.
    void stop();
    /// The same within `limit` instead, as OnLoop::stop().
    void stop(std::chrono::milliseconds limit);

    /// Run what is due: functions that were posted, events that were queued, answers that were
    /// given to a Reply, here or on another thread, what threaded rows returned.  Then output() has
    /// all that is to be written.
    void pump();
    /// Run `f` in pump(), soon, or at the client's end before `cleanup`.  Any thread; on_wake()
    /// says when.  False when the client has ended, and when Limits::posted wait already: `f` will
    /// not run; nor does it when the client is destroyed first.
    bool post(std::function<void()> f);
    /// Call `f` whenever something waits for pump(), on whatever thread gave it, so that yours can
    /// be woken; a byte into a pipe will do.  `f` must not call the client, nor throw.  Before
    /// connected().
    void on_wake(std::function<void()> f);

    /// What the last pump() found to be written, but for what is written().  A view until the next
    /// call of pump() or written().
    std::string_view output() const { return std::string_view{wire_}.substr(written_); }
    /// The first `bytes` of output() are written.  They are overwritten when they may show a
    /// password.  Throws std::logic_error for more than output() has, as for the -1 of a write(2)
    /// that failed.
    void written(std::size_t bytes);
    /// When tick() is wanted next, on its clock.
    std::optional<std::uint64_t> deadline() const;
    /// After a loss, with Options::reconnect or Options::registration: it is time to open a
    /// connection, and then to call connected(), or disconnected() with the reason why there is
    /// none; or to call find_server().  True once for each attempt; deadline() says when the next
    /// one is due.
    bool wants_connection();
    /// The client has ended for good: `terminated` has run.
    bool over() const;
    /// The session wants no more bytes in: write what output() still holds, close, disconnected().
    bool wants_close() const;

    /// The key derivation of SCRAM: some milliseconds of hashing.
    class KeyJob {
    public:
        /// Any thread, or this one.  Wipes the password that the job holds.
        void derive();

        struct State;
        /// The library makes it.
        explicit KeyJob(std::shared_ptr<State> state) : state_(std::move(state)) {}

    private:
        friend class Driven;
        std::shared_ptr<State> state_;
    };
    /// A job to do before the login can go on; each is given once.
    std::optional<KeyJob> key_job();
    /// The job is done.  Nothing happens when its connection is lost.
    void finish(const KeyJob& job);

    /// Why the session ended: no error when it was asked for and everything was written.
    const Error& error() const;

protected:
    explicit Driven(std::shared_ptr<detail::ClientCore> core);
    /// Calls no hook and touches no handler; waits for threaded calls.  In a child of fork() that
    /// has the client from its parent, connected(): waits for nothing, and leaves its memory as it
    /// is.
    ~Driven();

private:
    void gather();
    void append(std::string more);

    std::shared_ptr<detail::ClientCore> core_;
    std::string wire_;
    std::size_t written_ = 0; ///< Of wire_.
    std::uint64_t confirmed_ = 0;
    unsigned connection_ = 0; ///< Whose these are.
};

} // namespace headstock
