// What the world can do to a session, as values: one code and one sentence each.
//
// What the peer says inside the session is data (StanzaError), what the programmer does wrong is an
// exception; neither is here.
#pragma once

#include "headstock/export.hpp"
#include <string>
#include <system_error>

namespace headstock {

/// Codes of the category "headstock".  Failures of sockets and name resolution keep the system's
/// own.
enum class Errc {
    invalid_jid = 1,          ///< text that is not an XMPP address (RFC 7622)
    invalid_option,           ///< an option or argument that cannot be used as given
    invalid_stanza,           ///< what was to be sent is not one whole, well-formed stanza
    session_over,             ///< there is no session to do it in: it has ended, or not begun
    queue_full,               ///< more would wait to be written than may (Limits::queued)
    already_started,          ///< a client is started once
    unknown_host,             ///< the name resolves to no address
    service_not_offered,      ///< the domain says that it has no XMPP server for this (RFC 2782)
    connect_failed,           ///< no connection to any address
    connection_lost,          ///< the connection ended without the stream's end
    timed_out,                ///< a phase passed its deadline
    not_xmpp,                 ///< what answers does not speak XMPP
    stream_failed,            ///< the peer ended the stream with a stream error (RFC 6120 4.9)
    not_well_formed,          ///< the peer sent what is not XML
    restricted_xml,           ///< the peer sent XML that a stream may not hold (RFC 6120 11.1)
    unsupported_encoding,     ///< the peer sent another encoding than UTF-8
    policy_violation,         ///< the peer passed one of our limits
    unexpected_element,       ///< the peer sent what has no place in this state
    unexpected_identity,      ///< the stream or the bound JID is not the one asked for
    tls_required,             ///< what was asked needs TLS that there is not, or the server insists
    tls_refused,              ///< the server refused STARTTLS
    starttls_injection,       ///< bytes came in clear behind <proceed/>
    tls_failed,               ///< the TLS handshake or a record failed
    certificate_rejected,     ///< the certificate is not one for this domain, or not trusted
    no_mechanism,             ///< no SASL mechanism in common
    mechanism_too_weak,       ///< what is offered is below the minimum asked for
    not_authorized,           ///< the server refused the credentials (RFC 6120 6.5)
    server_not_verified,      ///< the server did not prove that it knows the password
    sasl_failed,              ///< the SASL exchange broke its own rules
    sasl_downgrade,           ///< what the server offers contradicts itself, or the hash of it that
                              ///< the server sends: as if somebody had changed it on the way, to
                              ///< weaken the login (XEP-0440, XEP-0474)
    bind_failed,              ///< no resource was bound (RFC 6120 7)
    registration_unsupported, ///< the server offers no in-band registration (XEP-0077)
    registration_conflict,    ///< the name is taken
    registration_refused,     ///< any other refusal of a registration
    registration_form,        ///< a registration form that cannot be filled
    invalid_payload,          ///< an answer came, and its payload is not the one that was asked for
    not_sent,                 ///< the client has ended before what waited, or a request, was sent
    unanswered,               ///< a request was sent, and its session has ended before an answer
                              ///< came: what was asked may have been done
    rejected,                 ///< a hook of a registration threw, or gave no answer; nothing was
                              ///< registered
    stanza_too_long,          ///< more bytes than the server takes in one stanza (XEP-0478)
    out_of_memory, ///< this program could not get the memory that it needed; where libuv cannot
                   ///< get it for a table of its own, it ends the program instead
    pin_mismatch,  ///< the server's certificate passes every check but one: it is none of
                   ///< Options::pins
};

/// The category of every Errc, "headstock".
HEADSTOCK_API const std::error_category& headstock_category() noexcept;
/// So that an Errc can stand for a code.
HEADSTOCK_API std::error_code make_error_code(Errc code) noexcept;

/// Why something ended.  False when there was no error.
struct [[nodiscard]] HEADSTOCK_API Error {
    std::error_code code{};
    /// Our own sentence: what was wrong and where; behind the first "; " what follows from it, and
    /// what to do.
    std::string text{};
    /// A condition that the protocol names, as in "not-authorized" or "host-unknown"; or empty.
    std::string condition{};
    /// What the peer wrote, its first 4,096 bytes.  Not to be trusted, and so kept apart.
    std::string peer_text{};
    /// The condition of an application's own beside it, by name:
    /// "{urn:example:limits}too-many-rows" (RFC 6120 4.9.4, 6.5, 8.3.4); or empty.  The peer's too.
    std::string application_condition{};
    /// Where see-other-host sends us: a host, an IPv6 address in brackets, with or without ":port"
    /// (RFC 6120 4.9.3.19); or empty.  The peer's too; without a text of its own it is peer_text as
    /// well.
    std::string other_host{};

    Error() noexcept {} // not the compiler's own, with which Error{} sets every byte to zero before
    /// A code, and our own sentence.
    Error(std::error_code c, std::string t) : code(c), text(std::move(t)) {}
    Error(Errc c, std::string t) : Error(make_error_code(c), std::move(t)) {}
    Error(const Error& other);
    Error(Error&& other) noexcept;
    Error& operator=(const Error& other);
    Error& operator=(Error&& other) noexcept;
    ~Error();

    explicit operator bool() const { return static_cast<bool>(code); } ///< There was an error.
    /// The same attempt may go well later: the network, a look-up, a server that restarts or is
    /// full, a time-out, memory.  False where something must change first (an option, a password, a
    /// certificate), and for no error.
    bool transient() const;
    /// One line: the sentence, and in it, behind what was wrong, the peer's text in quotes, capped;
    /// all with controls escaped.  "no error" for none.
    std::string message() const;
};

} // namespace headstock

template <>
struct std::is_error_code_enum<headstock::Errc> : std::true_type {};
