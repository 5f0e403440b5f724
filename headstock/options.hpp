// What a client can be told besides its JID and password (Options), and a component besides its
// domain and secret (ComponentOptions).  Every member has a default that is safe.
//
// One thing about the process cannot be chosen here: the first client that connects ignores SIGPIPE
// in all of it, since libuv writes to sockets that a peer may have reset.  A program that has set a
// disposition itself keeps it; then writing to such a socket is what that says.
#pragma once

#include "headstock/backoff.hpp"
#include "headstock/limits.hpp"
#include "headstock/mechanism.hpp"
#include "headstock/registration.hpp"
#include "headstock/saved_state.hpp"
#include "headstock/server_certificate.hpp"
#include "headstock/timeouts.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

struct uv_loop_s; // libuv's uv_loop_t

namespace headstock {

/// How a client's connection is secured.
enum class Tls : std::uint8_t {
    required, ///< STARTTLS (RFC 6120 section 5); without it nothing is sent, no login is tried.  Or
              ///< TLS from the first byte where DNS names a server for that (XEP-0368)
    direct,   ///< TLS from the first byte (XEP-0368), usually port 5223
    disabled, ///< in clear: for a server on this machine.  Login is by SCRAM, which does not send
              ///< the password itself; PLAIN would, and needs insecure_plain_password
};

/// How a component's connection is secured.  XEP-0114 has no STARTTLS.
enum class ComponentTls : std::uint8_t {
    loopback_only, ///< in clear, and to a loopback address only (127.0.0.0/8, ::1): to any other
                   ///< nothing is written, and the session ends with Errc::tls_required
    direct,        ///< TLS from the first byte, with a certificate for the component's domain,
                   ///< where the server or a proxy before it offers that
    unencrypted,   ///< in clear to any address: a hash of the secret and every stanza can be read
};

/// What becomes of a stanza that is sent outside a session, when Limits::queued waits already.
enum class OfflineQueue : std::uint8_t {
    refuse,      ///< it is refused (Errc::queue_full)
    drop_oldest, ///< as many of the messages that have waited longest are dropped as there is need
                 ///< for room, and an eighth of Limits::queued more; what is no message stays, as
                 ///< does what was sent before and may have arrived, and where there are too few
                 ///< messages the stanza is refused.  A message that was dropped is
                 ///< DeliveryState::failed, and the log says how many there were
};

/// What a client can be told; every member has a default that is safe.
struct Options {
    /// Where to connect: a name or an address.  Empty: where DNS says that the server of the JID's
    /// domain is, or the domain itself.  The certificate is checked against the JID's domain in
    /// every case.
    std::string hostname{};
    /// Without one the server is the one that DNS names for the domain, if `hostname` is empty
    /// too (RFC 6120 3.2.1); else the usual one is meant, 5222, or 5223 with Tls::direct.
    std::uint16_t port = 0;
    Tls tls = Tls::required; ///< How the connection is secured.
    /// Whom to ask for names in the place of the system's name servers: "192.0.2.1",
    /// "192.0.2.1:5353", "[2001:db8::1]:5353", several with commas between them.  What cannot be
    /// read is an error of start() (Errc::invalid_option).  Not in a program that drives the bytes
    /// itself (Driven), which looks up itself.
    std::string name_servers{};
    /// A PEM file with the certificate authorities to trust instead of the system's.
    std::string ca_file{};
    /// Accept any certificate: the peer may be anyone.  For experiments; the password is not sent
    /// then.
    bool insecure_skip_verification = false;
    /// Keys or certificates, of which the server must show one, as SHA-256 hashes: "sha256//" and
    /// the base64 of the hash of its public key (of the DER of SubjectPublicKeyInfo, as in curl's
    /// options and in pin-sha256 of RFC 7469 2.4); "cert-sha256//" and that of the whole
    /// certificate's DER; or the latter hash as `openssl x509 -fingerprint -sha256` prints it, 32
    /// bytes in hexadecimal with colons between them.  Empty: no key is asked for.
    ///
    /// The certificate still has to pass every other check, unless insecure_skip_verification is
    /// set.  What is compared is the server's own certificate, not an authority's, at each
    /// connection, and all servers of the domain have to show a pinned one.  One match is enough.
    /// Name two keys: the one in use, and another that the server's operator keeps for the day when
    /// the first has to be replaced; with one alone that day locks the client out (RFC 7469 4.3).
    ///
    /// A certificate that passes every other check and is not pinned ends the client
    /// (Errc::pin_mismatch; the error's text has the pins of what the server has shown).  That is
    /// so with `reconnect` too, before the first session and at every later connection; and where a
    /// domain has several servers, none of the others is tried.  A certificate that fails another
    /// check is Errc::certificate_rejected, as without pins (RFC 7469 2.6): somebody whose
    /// certificate nobody vouches for cannot end a client that comes back.
    ///
    /// An entry that cannot be read, and pins without TLS, are errors of check() and start()
    /// (Errc::invalid_option).
    std::vector<std::string> pins{};
    /// Asked when the server's certificate fails a check, with the certificate and all reasons, so
    /// that a program can show them to a person.  By TrustDecision::accept the server counts as
    /// verified on this connection, and is sent the password.  At the next connection it is asked
    /// again: a program that remembers what was accepted compares ServerCertificate::key_pin().
    /// Empty, the default: refused (Errc::certificate_rejected), as when it throws.
    ///
    /// Not asked about a certificate that cannot be read, that is not meant for servers (its key
    /// usage or extended key usage, RFC 5280 4.2.1.3 and 4.2.1.12) or is none of `pins`: these are
    /// refused in any case.  Nor with insecure_skip_verification, which accepts all.
    ///
    /// Called on the client's thread, which waits for it, in the TLS handshake: before the client
    /// certificate is shown and before anything of the session is sent.  No deadline of the login
    /// runs meanwhile.  It may stop or destroy the client.
    std::function<TrustDecision(const ServerCertificate&)> decide_certificate{};
    /// Let the password itself go over a connection that is not inside verified TLS: by PLAIN, and
    /// by an in-band registration.
    bool insecure_plain_password = false;
    /// Refuse to log in with anything weaker.  A JID without an account name logs in by ANONYMOUS
    /// (XEP-0175), which proves nothing and which this does not refuse.
    Mechanism minimum_mechanism = Mechanism::plain;
    /// The mechanisms that may be used, best first; the first one that the server offers is taken.
    /// Empty: the strongest that it offers, which is EXTERNAL with a client_certificate, then SCRAM
    /// with channel binding, then SCRAM, the longer hash first; PLAIN comes last.  PLAIN is used
    /// inside verified TLS only, and never after a login by SCRAM or EXTERNAL, of this client or of
    /// the one that left the saved_state, unless it stands in this list.  When the server says
    /// invalid-mechanism the next one is tried, but only with PLAIN in this list does SCRAM lead to
    /// it.
    std::vector<Mechanism> mechanisms{};
    /// Whether a login by SCRAM is tied to the TLS connection.
    ChannelBinding channel_binding = ChannelBinding::where_possible;
    /// Refuse a SCRAM server that asks for more rounds (RFC 5802 5.1), before any is done.  The
    /// default is about a second's work: 0.3 s with SHA-1, 0.8 s with SHA-256, 1.3 s with SHA-512,
    /// on a thread of its own that ends with the client.  Servers ask for 4,096 to some 600,000.
    unsigned maximum_iterations = 1'500'000;
    /// Refuse a SCRAM server that asks for fewer rounds (RFC 7677 section 4): whoever reads such an
    /// exchange guesses passwords faster.
    unsigned minimum_iterations = 4'096;
    /// The user name of the login (the authentication identity of RFC 6120 6.3.7), where it is not
    /// the local part of the JID.
    std::string username{};
    /// The account to log in to, as "romeo@example.org", where it is not the one that the user name
    /// or the certificate stands for (the authorization identity of RFC 6120 6.3.8); the client's
    /// JID is an address of it.  A server that does not let this user do so refuses the login.
    std::string authzid{};
    /// PEM files with a certificate, and any between it and its authority behind it, and with its
    /// private key, which is not encrypted.  They are shown to a server that asks for them in the
    /// TLS handshake, and log in without a password where it offers EXTERNAL (RFC 6120 6.3.4,
    /// XEP-0178).  Both or neither; read once, when the client starts.
    std::string client_certificate{};
    std::string client_key{}; ///< See client_certificate.
    /// The caller's loop, borrowed; it must outlive the client.  Null: the client makes its own.
    /// libuv's loops are not reentrant: a handler that runs the loop of its own client ends the
    /// program.
    uv_loop_s* loop = nullptr;
    /// Register the account first (XEP-0077), then log in on the same connection.  See
    /// registration.hpp.
    AccountRegistration registration{};
    /// The language in which the server is asked to speak, and bodies of a Message are chosen, as
    /// in "de-CH" (xml:lang; RFC 5646).  Empty: none is asked for.
    std::string language{};
    /// Come back when the connection is lost, as in `.reconnect = headstock::Backoff{}`; rule 10 in
    /// handlers.hpp.  What was queued is sent in the next session; so is, last, the presence that
    /// was sent to everybody, if no `ready` sends another.  The password is kept in memory until
    /// the client ends, or asked for again (Options::password).  After the first session only this
    /// ends the client: the server refuses the credentials, another client takes our resource
    /// (conflict), it ends two sessions for the same stanza, which the program has sent again, its
    /// key is none of `pins`, an option cannot be used, stop().  What would not go away by itself
    /// (Error::transient), as a certificate that is not accepted, is tried again after windows of
    /// Backoff::longest.  Empty: the first end is the client's.
    std::optional<Backoff> reconnect{};
    /// A ready session in which the server has said nothing for so long is checked: it is asked for
    /// an acknowledgement (XEP-0198) or, without stream management, by an iq (XEP-0199), and has
    /// Timeouts::alive to say anything at all.  Otherwise the connection is lost
    /// (Errc::timed_out).  Zero: never.
    ///
    /// On Linux the server is also asked within 5 seconds after the machine has slept, unless this
    /// is zero.  A program that drives the bytes itself (BaseClient) calls network_changed() then.
    ///
    /// Apart from all this the kernel asks the server's machine whether it is there (TCP
    /// keep-alive, RFC 1122 4.2.3.6), after 2 minutes in which nothing went either way, and gives
    /// it up a minute later (Errc::connection_lost).  This finds a machine that is gone, also when
    /// liveness is zero, but no server that hangs.  The sockets of a BaseClient are its program's.
    std::chrono::milliseconds liveness = std::chrono::milliseconds{60'000};
    /// A ready session in which nothing was written for so long writes one space (RFC 6120 4.6.1),
    /// for routers that forget a silent connection and servers that end one.  It asks for no
    /// answer, so it does not tell whether the server is there.  Zero: never.  A negative one is
    /// refused (Errc::invalid_option).
    /// A server that says after what silence it may end the stream (XEP-0478) is written a space in
    /// half of that time at the latest, whatever stands here.
    std::chrono::milliseconds whitespace_keepalive{};
    /// Use stream management (XEP-0198) where the server offers it: the server says which stanzas
    /// it has (ClientApi::state_of), and what it has not acknowledged when a session ends is told
    /// in the event `Unconfirmed`, instead of being lost in silence.  With `reconnect` a session
    /// whose connection is lost goes on over the next one, if the server has kept it: nothing is
    /// lost and nothing comes twice in either direction (but see rule 4 of handlers.hpp for a
    /// stanza that was cut), requests stay pending, and `resumed` is called in the place of
    /// `session_ended` and `ready`.  Stanzas are kept until they are acknowledged, up to
    /// Limits::unacked.
    bool stream_management = true;
    /// Send messages again that a session's end left in doubt (`Unconfirmed`), in the next session
    /// of the same client and before anything else: with the same id, and with the time at which
    /// they were first sent (XEP-0203), so that a receiver can tell and may get them twice.  They
    /// are not told in `Unconfirmed` then; their number stays, and is `queued` again.  Needs
    /// `reconnect`.  What is no message is not sent again, nor is anything of a session that the
    /// server ended for what it was sent: one of these messages might be what it does not take.
    /// Nor is a message that an earlier client has sent (saved_state), nor one that was sent again
    /// ten times: it might be what ends each session.  One that waits to go out again and does not,
    /// since the client ends first, is told in `Unconfirmed` then.
    bool resend_unconfirmed = false;
    /// Log in by SASL2 (XEP-0388) where the server offers it inside TLS.  A session that goes on
    /// (XEP-0198) then does so with the login, a round trip earlier.  With `reconnect` or
    /// `save_keys` the server is also asked for a token (FAST, XEP-0484), if it gives any: by that
    /// the next login takes one round trip instead of two, and derives nothing.  A token is used
    /// inside verified TLS only, and one that is not tied to it where PLAIN might be used only;
    /// when the server does not take it any more, the password, the keys or the certificate log in
    /// on the same connection.  The server is told an id of this client
    /// (SavedState::user_agent_id()).  Not used with a `username` that is not the JID's, nor with a
    /// local part that has a sharp s or a final sigma, which servers of RFC 6122 have as other
    /// letters, unless there is an `authzid`: servers hold such a login to the JID.
    bool sasl2 = true;
    /// Ask for the resource together with a login by SASL2, where the server offers that (Bind 2,
    /// XEP-0386), and for stream management with it: a round trip less.  The server then chooses
    /// the resource, which begins with the JID's, and **drops the messages that it has kept for an
    /// account without a session**, since a client is to find them in its archive (XEP-0313).
    /// Errc::invalid_option without `sasl2`.
    bool bind2 = false;
    /// Behind a login, ask for a resource, or for the session to go on (XEP-0198), together with
    /// the header of the new stream, and not only when the server's features have come: a round
    /// trip less.  False for a server that ends the stream because of it, or never answers.  With
    /// `reconnect` a client whose stream is ended so tries at once without.
    bool pipelining = true;
    /// When more than Limits::queued waits for a session.
    OfflineQueue offline_queue = OfflineQueue::refuse;
    /// What an earlier client of the account has left: ClientApi::saved_state(), of this program or
    /// of its last run.  `SavedState{}` for a first client whose state is to be kept; nothing for
    /// one whose state is not.  A session in it is used once: if the server has not kept it another
    /// one is bound, and what was not acknowledged is told in `Unconfirmed`.  A client that ends
    /// otherwise than by suspend() leaves no session, also where it has not reached the server.
    /// The state of another account is an error of check() (Errc::invalid_option).
    std::optional<SavedState> saved_state{};
    /// Put the keys of a login by SCRAM (RFC 5802 section 3) into saved_state(), and the token that
    /// the server may give for the next login (`sasl2`).  With either the next client derives
    /// nothing, which may save a second, and needs no password until the account has another one.
    /// Whoever reads them can log in to this server, and to no other; so they are kept until the
    /// client is destroyed, and by the program as carefully as the password.
    bool save_keys = false;
    /// Asked for the password when a client that was made with an empty one needs it, as one that
    /// must not stay in memory: at each registration and login, unless the keys or the token of
    /// the last one still do.  On the client's thread, which waits for it; no deadline of the login
    /// runs meanwhile.  It may stop or destroy the client.  What it throws ends this login
    /// (Errc::rejected), an empty password the client (Errc::invalid_option).
    std::function<std::string()> password{};
    /// How many threads run `.threaded()` rows, at least 1: so many may block at once before others
    /// wait.  They are started for the first such call.
    unsigned workers = 2;
    Limits limits{};     ///< The most that peers and callers can make it hold.
    Timeouts timeouts{}; ///< The longest each phase may take.
};

/// The same for a component, which has no account and no SASL.
struct ComponentOptions {
    /// Where to connect: a name or an address.  Empty: the component's domain.
    std::string hostname{};
    /// 0 means 5347.
    std::uint16_t port = 0;
    /// How the connection is secured.
    ComponentTls tls = ComponentTls::loopback_only;
    /// As in Options.
    std::string name_servers{};
    /// As in Options.  Read with ComponentTls::direct only.
    std::string ca_file{};
    /// Accept any certificate: the peer may be anyone, and is sent a hash of the secret, from which
    /// a weak one can be guessed.  For experiments.
    bool insecure_skip_verification = false;
    /// As in Options, with ComponentTls::direct only.
    std::vector<std::string> pins{};
    /// As in Options.
    std::function<TrustDecision(const ServerCertificate&)> decide_certificate{};
    /// The caller's loop, as in Options.
    uv_loop_s* loop = nullptr;
    /// The language of which bodies of a Message are chosen, as in Options.
    std::string language{};
    /// Come back when the connection is lost, as in Options.
    std::optional<Backoff> reconnect{};
    /// As in Options; the component asks itself, by way of the server.
    std::chrono::milliseconds liveness = std::chrono::milliseconds{60'000};
    /// As in Options.
    std::chrono::milliseconds whitespace_keepalive{};
    /// As in Options.
    OfflineQueue offline_queue = OfflineQueue::refuse;
    /// Threads for `.threaded()` rows, as in Options.
    unsigned workers = 2;
    Limits limits{}; ///< The most that peers and callers can make it hold.
    /// Of these a component has no use for `registration`, `after_registration` and `bind`.
    Timeouts timeouts{};
};

} // namespace headstock
