// The client: an XMPP session on a libuv loop.
#pragma once

#include "headstock/client_of.hpp"
#include "headstock/export.hpp"
#include "headstock/on_loop.hpp"
#include "headstock/options.hpp"

#include <string_view>

namespace headstock {

/// Connects, secures, logs in, and calls the handlers registered in it.
///
///     headstock::AsyncClient client{"user@example.org", "secret"};
///     client.register_handler(my_object);
///     if (auto error = client.run()) std::cerr << error.message() << '\n';
///
/// A client is started once: when it has ended, make a new one, or let it come back by itself
/// (Options::reconnect).  run(), start(), stop() and post() are in OnLoop, which says what thread
/// they belong to; all other functions belong to the loop's.  Handlers are borrowed.  A client may
/// be destroyed at any time, also by its own handler; then no hook and no handler is called any
/// more, and a run() that is under way gives operation_canceled.  It waits for threaded calls
/// (handlers.hpp, rule 11), as the client's end does.
class HEADSTOCK_API AsyncClient : public ClientOf<AsyncClient>, public OnLoop {
public:
    /// Without a resource in `jid` the server makes one up.  A JID without a local part logs in
    /// anonymously.  Nothing is checked or connected before run() or start().
    AsyncClient(std::string_view jid, std::string_view password, const Options& options = {});
};

} // namespace headstock
