// A client without a socket: for a loop or a transport of your own.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace headstock {

/// Everything of an XMPP session but the connection: stream, TLS, login, dispatch.  You carry bytes
/// and tell the time; examples/own_loop.cpp does it with poll(2).
///
///     client.tick(now_ms);  client.connected();
///     for (;;) {
///         write client.output(), then client.written(n);
///         if (auto job = client.key_job()) { job->derive(); client.finish(*job); continue; }
///         if (client.wants_close() && client.output().empty()) break;
///         wait for the socket, or for client.deadline();  read only if little waits in output()
///         client.tick(now_ms);  client.received(bytes);
///     }
///     close the socket;  client.disconnected();
///
/// Answers are never refused, so a server that asks and does not read could make output() grow
/// without end: while more than Limits::queued waits in it, read nothing from the socket.
///
/// When memory runs out inside tick(), received() and the like, which have nobody to throw it to,
/// the session ends with Errc::out_of_memory: wants_close() follows.  Handlers run inside these
/// functions.  They may call the client back, but of the functions here only stop(): those that
/// tell the client something throw std::logic_error there.  It does not resolve, connect or wait;
/// Timeouts::connect and Timeouts::write are yours to keep.  One thread.
class HEADSTOCK_API BaseClient : public ClientOf<BaseClient> {
public:
    /// `jid` and `password` are copied; the password is wiped once it is used.  A malformed JID or
    /// an unreadable CA file is told by check().
    BaseClient(std::string_view jid, std::string_view password, const Options& options = {});
    /// Calls no hook and touches no handler; waits for threaded calls.  In a child of fork() that
    /// has the client from its parent, connected(): waits for nothing, and leaves its memory as it
    /// is.
    ~BaseClient();

    /// The time in milliseconds from any fixed beginning; it never goes back.  Call it before the
    /// others, and when deadline() has come.
    void tick(std::uint64_t now_ms);
    /// What was given that cannot be used: a malformed JID, an unreadable CA file.  To be asked
    /// before connecting; an error goes to disconnected().
    Error check();
    /// The connection stands.  With an error of check() nothing is written, and the session is
    /// over.
    void connected();
    /// Bytes came from the server.  Borrowed until the call returns.
    void received(std::string_view wire);
    /// The connection is closed, by either side, or could not be made.  Hooks `cleanup` and
    /// `terminated` run; then error() is final.
    void disconnected(const Error& why = {});
    /// Unavailable presence if presence was sent, then the stream's end; wants_close() follows,
    /// when the server has answered or Timeouts::stop has passed.
    void stop();

    /// What is to be written.  A view until the next call of any function.  An answer that a Reply
    /// is given later, here or on another thread, is in it when it is asked for next; so is what a
    /// threaded row returned.  Those, and events that were queued, are given in here: it is empty
    /// when a handler of one has destroyed the client.
    std::string_view output();
    /// Call `f` whenever such an answer is there, on whatever thread gave it, so that yours can be
    /// woken to ask for output(); a byte into a pipe will do.  `f` must not call the client, nor
    /// throw.  Before connected().
    void on_wake(std::function<void()> f);
    /// The first `bytes` of output() are written.  They are overwritten when they may show a
    /// password.
    void written(std::size_t bytes);
    /// When tick() is wanted next, on its clock.
    std::optional<std::uint64_t> deadline() const;
    /// The session wants no more bytes in: write what output() still holds, close, disconnected().
    bool wants_close() const;

    /// The key derivation of SCRAM: some milliseconds of hashing.
    class KeyJob {
    public:
        /// Any thread, or this one.  Wipes the password that the job holds.
        void derive();

        struct State;
        explicit KeyJob(std::shared_ptr<State> state) : state_(std::move(state)) {}

    private:
        friend class BaseClient;
        std::shared_ptr<State> state_;
    };
    /// A job to do before the login can go on; each is given once.
    std::optional<KeyJob> key_job();
    /// The job is done.
    void finish(const KeyJob& job);

    /// Why the session ended: no error when it was asked for and everything was written.
    const Error& error() const;

private:
    void append(std::string more);

    std::string wire_;
    std::size_t written_ = 0; ///< Of wire_.
    std::uint64_t confirmed_ = 0;
};

} // namespace headstock
