// The client: an XMPP session on a libuv loop.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/options.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace headstock {

namespace detail {
class Driver;
}

/// Connects, secures, logs in, and calls the handlers registered in it.
///
///     headstock::AsyncClient client{"user@example.org", "secret"};
///     client.register_handler(my_object);
///     if (auto error = client.run()) std::cerr << error.message() << '\n';
///
/// One client is one session: when it has ended, make a new one.  All functions belong to the thread
/// that runs the loop, but post() and stop(), which any thread may call; debug builds assert it.
/// Handlers are borrowed.  A client may be destroyed at any time, also by its own handler; then no
/// hook and no handler is called any more, and a run() that is under way gives operation_canceled.
/// It waits for threaded calls (handlers.hpp, rule 11), as the end of the session does.
class AsyncClient : public ClientOf<AsyncClient> {
public:
    /// Without a resource in `jid` the server makes one up.  A JID without a local part logs in
    /// anonymously.  Nothing is checked or connected before run() or start().
    AsyncClient(std::string_view jid, std::string_view password, const Options& options = {});
    ~AsyncClient();

    /// Run the session on the client's own loop until it ends.  No error: it ended because stop() was
    /// called, everything that was sent was written, and the server ended its stream after it.  Blocks.
    Error run();
    /// Begin the session on the loop in Options::loop, or on the own one before run().  Returns at
    /// once; the end is told to `stopping`, `cleanup` and `terminated`.  The error is about what could
    /// be checked at once; then the hooks have been called already.
    Error start();
    /// End the session in order, within Timeouts::stop: unavailable presence if presence was sent, what
    /// was sent is written, </stream:stream>.  Threaded calls that have ended are answered before; those
    /// that have not begun are dropped.  Any thread; returns at once.
    void stop();
    /// Run `f` on the client's thread, soon, or at the session's end before `cleanup`.  Any thread.
    /// False when it has ended: `f` will not run.
    bool post(std::function<void()> f);

    /// Why the session ended; valid once it has.
    const Error& error() const;

private:
    std::shared_ptr<detail::Driver> driver_;
};

} // namespace headstock
