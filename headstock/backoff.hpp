// When a client tries to connect again (Options::reconnect).
#pragma once

#include <chrono>

namespace headstock {

/// How a client comes back by itself when its connection is lost.
///
/// Before each attempt it waits for a time that is drawn at random from a window, all of which is
/// as likely: so the clients of a server that restarts do not come back at the same moment.  Each
/// loss and each attempt that fails doubles the window, up to `longest`; a session that has lasted
/// for `good_session` sets it back.  Times are milliseconds of a clock that stands still while the
/// machine sleeps.  On Linux a client that waits when the machine wakes up tries within 5 seconds,
/// whatever is left of its wait.  A program that drives the bytes itself (BaseClient) calls
/// network_changed() then.
struct Backoff {
    using ms = std::chrono::milliseconds; ///< The unit of all of them.
    ms first = ms{10'000};                ///< the first window, after an end that the server caused
    ms first_own = ms{1'000};     ///< the first window, when we have ended a connection ourselves:
                                  ///< the server was silent (Options::liveness)
    ms longest = ms{300'000};     ///< no window is longer
    ms good_session = ms{60'000}; ///< a session of this length sets the window back
    /// Also until the first session.  Otherwise an attempt that fails before there ever was one
    /// ends the client, so that whoever starts the program sees a wrong name or password at once.
    /// With it only an error that is not transient (Error::transient) does.
    bool before_first_session = false;
};

} // namespace headstock
