// The events that every client gives by itself.  A program, or an extension, adds its own: any
// class.
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/error.hpp"
#include "headstock/jid.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace headstock {

/// The session is ready, and every object's `ready` has run.
struct SessionStarted {
    Jid jid; ///< The bound full JID.
};

/// The server has bound another account than the one that was asked for, of the same domain, in a
/// login in which it had proved who it is: it writes the local part in another way (RFC 6122
/// stringprep turns "straße" into "strasse"), the account has an alias, or the login says by itself
/// whose it is.  Given right before SessionStarted of each such session.  `bound` is our address
/// from here on, as ClientApi::jid() says; a `from` or a request that names the one asked for still
/// means ours.  An address of another domain ends the client (Errc::unexpected_identity).
struct OtherAccountBound {
    Jid asked_for; ///< Bare.
    Jid bound;     ///< The full JID.
};

/// A session that had started is over, and every object's `session_ended` has run.  With
/// Options::reconnect another may follow.
struct SessionEnded {
    Error error; ///< Why; none when it was asked for and everything was written.
};

/// A session is over, and these were written in it without a word of the server that it has them
/// (XEP-0198): each may have arrived, or not.  Each is told once, before `session_ended`, and is
/// not sent again by itself.  Without stream management (Options::stream_management) only of a
/// stanza that was on its way when the server ended the stream for something that it was sent.
struct Unconfirmed {
    std::vector<Unsent> stanzas; ///< Oldest first; their state is DeliveryState::unknown.
};

/// There is room again.  Given once after send_stanza() or request() has refused something, since
/// too much waits (Errc::queue_full): half of Limits::queued, and of Limits::unacked, is free.  So
/// a producer stops at a refusal and goes on here.
struct Drained {};

/// ClientApi::saved_state() is another one than before: in a session that has just begun, when the
/// state is new, or the keys or the token of its login are (Options::save_keys), and at the
/// client's end, when suspend() has asked for that or the server has refused them.  Only with
/// Options::saved_state or save_keys.
struct SavedStateChanged {};

/// Objects or closures were registered, or are no more: ClientApi::served_namespaces() may say
/// something else.  Given soon after, once for all that was registered until then, and only while a
/// row waits for it.
struct HandlersChanged {};

/// The server has a stanza (acked), its session ended without a word about it (unknown), or it will
/// not be sent (failed).  One event for each stanza: a program that sends much and wants to know
/// little asks state_of() instead.
struct DeliveryChanged {
    std::uint64_t number = 0; ///< That of its Delivery.
    std::string id;
    DeliveryState state = DeliveryState::acked;
};

} // namespace headstock
