// What a client can be told besides its JID and password (Options), and a component besides its
// domain and secret (ComponentOptions).  Every member has a default that is safe.
//
// One thing about the process cannot be chosen here: the first client that connects ignores SIGPIPE
// in all of it, since libuv writes to sockets that a peer may have reset.  A program that has set a
// disposition itself keeps it; then writing to such a socket is what that says.
#pragma once

#include "headstock/mechanism.hpp"
#include "headstock/registration.hpp"
#include "headstock/saved_state.hpp"
#include "headstock/server_certificate.hpp"

#include <chrono>
#include <cstddef>
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

/// What becomes of a stanza that is sent outside a session, when Limits::queued waits already.
enum class OfflineQueue : std::uint8_t {
    refuse,      ///< it is refused (Errc::queue_full)
    drop_oldest, ///< as many of the messages that have waited longest are dropped as there is need
                 ///< for room, and an eighth of Limits::queued more; what is no message stays, as
                 ///< does what was sent before and may have arrived, and where there are too few
                 ///< messages the stanza is refused.  A message that was dropped is
                 ///< DeliveryState::failed, and the log says how many there were
};

/// The most that peers and callers can make one client hold.  In bytes, but for `depth`,
/// `attributes` and `posted`, which are numbers, and `handler`, a time.  A peer that passes
/// before_login, held, depth, attributes or element_bytes ends the stream.  Their defaults are such
/// that no stanza of a size that servers let through (usually 512 KiB) passes them, deep or wide:
/// otherwise a stranger could end the session by sending one.  The others end nothing: each says
/// what it does.
struct Limits {
    std::size_t before_login = 64u << 10; ///< held while parsing, and of one element as it comes,
                                          ///< before authentication
    std::size_t held = 32u << 20;     ///< held while parsing, afterwards (a stanza's wanted parts)
    std::size_t depth = 100'000;      ///< a number: elements open at once
    std::size_t attributes = 100'000; ///< a number: attributes of one element
    /// the name of one namespace.  A stanza that declares a longer one is passed over: on_exception
    /// is told, the log has a line, and whoever waits for an answer gets one.  With 128 no stanza
    /// of up to 512 KiB passes `held`, whatever is in it; where programs on both sides need longer
    /// names, raise it
    std::size_t namespace_bytes = 128;
    /// of one stanza as it comes, what nobody wants of it included, to within 8 KiB; before
    /// authentication no more than before_login
    std::uint64_t element_bytes = std::uint64_t{4} << 30;
    /// what waits to be written, with what TLS adds.  Past it send_stanza and request refuse (the
    /// event `Drained` says when there is room again; but see Options::offline_queue); answers, and
    /// whatever rows return, always enter, and nothing is read until half of it is written: so a
    /// peer that asks and does not read makes us hold no more than this and the answers to one
    /// read.  Answers that come later, by a Reply or a threaded row, are counted when they come:
    /// hold few of them for one peer
    std::size_t queued = 16u << 20;
    /// what the server has not acknowledged yet (XEP-0198), so that it is kept.  Past it
    /// send_stanza and request refuse, as with `queued`; past twice as much the session ends, since
    /// a server that acknowledges nothing would make us hold our answers to it without end
    std::size_t unacked = 8u << 20;
    std::size_t threaded = 16u << 20; ///< what waits for threaded rows; the rest is not taken
    /// a number, not bytes: what post() and emit() have queued and was not run; more is refused.
    /// Answers count and are not refused
    std::size_t posted = 128u << 10;
    /// what one row may copy beyond 40 bytes for each byte that came, rule 12 in handlers.hpp
    std::size_t copied = 1u << 20;
    /// a time, in milliseconds: a function of the program's that keeps the client's thread longer
    /// is named with its time, once for each such call, by set_diagnostics and in the log.  It is
    /// told when it has returned, and nothing else happens to it.  Rows, those for events, hooks,
    /// callbacks of requests, timers and posted functions are measured, with what they call
    /// themselves; a `.threaded()` row is not, since it may block.  Real time, the machine's sleep
    /// apart, whatever clock a BaseClient is told.  Zero, the default: no clock is read.  A
    /// negative one is refused (Errc::invalid_option)
    std::chrono::milliseconds handler{};
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
