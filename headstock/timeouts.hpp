// How long a client waits, for the server and for the network (Options::timeouts).
#pragma once

#include <chrono>

namespace headstock {

/// The longest each phase may take; zero means as long as it likes.  Past it the session ends with
/// Errc::timed_out.  What a hook of a registration, Options::password or
/// Options::decide_certificate takes for its answer counts for none of them.
struct Timeouts {
    using ms = std::chrono::milliseconds; ///< The unit of all of them.
    ms connect = ms{15'000}; ///< name look-up and TCP, of all addresses together, while none of
                             ///< them has a TCP connection; no address may take more than half of
                             ///< it, no look-up more than a third, nor 5 seconds.  Not in a program
                             ///< that opens the connection itself (Driven::connected())
    ms tls = ms{15'000};     ///< the TLS handshake
    ms stream = ms{30'000};  ///< from our stream header to the peer's features, each time
    ms authenticate = ms{30'000}; ///< from <auth/> to <success/>, deriving the key included; a
                                  ///< component's handshake
    ms registration = ms{30'000}; ///< each step of an in-band registration
    ms bind = ms{30'000};         ///< resource binding, legacy session, resumption, each; and the
                                  ///< answer to <enable/> (XEP-0198), which is then done without
    /// How long the server may say nothing in the login behind an in-band registration, on the
    /// connection that has registered.  Past it the client logs in once more, on another connection
    /// (AccountRegistration says why).  Short, since a person waits for it, servers that answer do
    /// so within a second, and to be wrong costs no more than another login.
    ms after_registration = ms{5'000};
    ms login = ms{60'000};   ///< all of it, from the connection to the ready session, whatever its
                             ///< phases may take each
    ms request = ms{60'000}; ///< an iq get or set without a timeout of its own
    ms write = ms{60'000};   ///< while more than Limits::queued waits and nothing is read
    ms stop = ms{5'000};     ///< from stop() to the closed connection
    ms alive = ms{20'000};   ///< what the server is given to say anything, when it was silent for
                             ///< Options::liveness and is asked whether it is there; zero: it
                             ///< is never given up.  And how long finish() waits for another
                             ///< acknowledgement; zero: without end
};

} // namespace headstock
