// The events that every client gives by itself.  A program, or an extension, adds its own: any
// class.
#pragma once

#include "headstock/error.hpp"
#include "headstock/jid.hpp"

namespace headstock {

/// The session is ready, and every object's `ready` has run.
struct SessionStarted {
    Jid jid; ///< The bound full JID.
};

/// A session that had started is over, and every object's `session_ended` has run.  With
/// Options::reconnect another may follow.
struct SessionEnded {
    Error error; ///< Why; none when it was asked for and everything was written.
};

} // namespace headstock
