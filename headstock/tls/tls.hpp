// TLS, client side, over memory: ciphertext in, ciphertext out, plaintext in between.
//
// No socket and no XML lives here; the caller carries the bytes.  What is fixed here and has no
// switch: TLS 1.2 or later, forward secrecy and AEAD only, no renegotiation, no resumption, and a
// certificate that was checked against a name before a single byte of plaintext can be written.
#pragma once

#include "headstock/base/channel_bindings.hpp"
#include "headstock/error.hpp"
#include "headstock/server_certificate.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

struct TlsSettings {
    /// The authorities to trust, as a PEM or DER file; empty: the system's own bundle.
    std::string ca_file{};
    /// Takes any certificate of any server.  No file of authorities is read then.
    bool insecure_skip_verification = false;
    /// PEM files with a certificate of ours and its private key, for a server that asks who we are.
    std::string client_certificate{};
    std::string client_key{};
};

/// Who may accept a certificate that has failed a check.
class CertificateJudge {
public:
    /// Empty: it is accepted.  Otherwise one more reason why not.  Called inside handshake(), once
    /// at most, with the session's state in use: it may end the session's owner, but not the
    /// session.  Throws std::bad_alloc only.
    virtual std::string objection(const ServerCertificate& shown) = 0;

protected:
    ~CertificateJudge() = default;
};

/// What a program says of its server's certificate.  Both are borrowed, and may be null.
struct CertificateRules {
    /// As normalize_pins() leaves them; empty: none is asked for.
    const std::vector<std::string>* pins = nullptr;
    CertificateJudge* judge = nullptr;
};

struct ClientIdentity;

/// What sessions share: the authorities and the random generator.  Any thread may use one context;
/// one with a certificate of ours is its owner's, since mbedTLS signs by one thread at a time.
class TlsContext {
public:
    /// The context for `settings`.  While one is alive, the same unchanged file gives the same
    /// context again, and so does the wish to verify nothing: a process holds its authorities once.
    /// Null with `error` set when the file cannot be read or holds no certificate
    /// (Errc::invalid_option; Errc::tls_failed when no system bundle was found).  With a
    /// certificate of ours the context is another one each time, over what is shared.
    static std::shared_ptr<const TlsContext> make(const TlsSettings& settings, Error& error);

    struct Parts;
    explicit TlsContext(std::unique_ptr<const Parts> parts);
    TlsContext(std::shared_ptr<const TlsContext> shared,
               std::shared_ptr<const ClientIdentity> identity);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    const Parts& parts() const { return shared_ ? *shared_->parts_ : *parts_; }
    const ClientIdentity* identity() const { return identity_.get(); }

private:
    std::unique_ptr<const Parts> parts_{};
    std::shared_ptr<const TlsContext> shared_{}; ///< Has the parts, when there are none here.
    std::shared_ptr<const ClientIdentity> identity_{};
};

/// One TLS connection, from the ClientHello to close_notify.  One thread at a time; nothing blocks.
///
///     TlsSession tls{context, "example.com"};
///     tls.handshake();                          // the ClientHello is in output(): send, clear
///     tls.receive(bytes);                       // and again handshake() until `established`,
///     tls.read(plain);                          // then read() after each receive()
///
/// After every call, whatever it returned: send what output() holds and clear it.  After `failed`
/// it may hold the alert that tells the server why.
class TlsSession {
public:
    enum class Status {
        want_input,  ///< everything received is used up; more is needed
        established, ///< handshake(): the server is the one asked for
        closed,      ///< read(): the server said close_notify, nothing more will come
        failed,      ///< error() says why; the session is of no more use
    };

    /// `domain` is whom the certificate must name: ASCII (A-labels), or an IP literal, with or
    /// without brackets.  One trailing dot is dropped.  A name is sent as SNI, a literal never.  A
    /// domain that is empty or not ASCII fails the session at once (Errc::invalid_option).  `alpn`
    /// offers protocols (RFC 7301), best first; a server that picks none is accepted, one that
    /// picks another is not.
    TlsSession(std::shared_ptr<const TlsContext> context,
               std::string_view domain,
               std::vector<std::string> alpn = {},
               CertificateRules rules = {});
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// Ciphertext from the server, cut anywhere.  Copied.  What comes after the end is dropped.
    void receive(std::string_view wire);

    /// The connection has ended: no ciphertext will follow what was received.  When that is not
    /// behind a close_notify, the next handshake() or read() that runs dry gives `failed` with
    /// Errc::connection_lost, since what came may have been cut off.
    void receive_end();

    /// Goes on with the handshake: want_input, established (again and again, once it is) or failed.
    Status handshake();

    /// Appends all plaintext that the received bytes hold: want_input, closed or failed, which may
    /// come together with plaintext.  Before `established` it does nothing.
    ///
    /// A server that asks for another handshake (renegotiation) is refused by an alert, which is
    /// what it can make us write; after four it is `failed`, with Errc::tls_failed.
    Status read(std::string& plain_out);

    /// Encrypts all of `plain` into output().  Refused with Errc::session_over, and nothing
    /// written, before `established` and after close(); with Errc::connection_lost after read()
    /// gave `closed` (RFC 5246 7.2.1: nobody reads it); with error() after `failed`.
    Error write(std::string_view plain);
    /// The same with as much of the front of `plain`, which is not empty, as goes into one record,
    /// and takes that off `plain`.  How much that is depends on mbedTLS: in TLS 1.3 it is 16,383
    /// bytes with 3.6.
    Error write_record(std::string_view& plain);

    /// Ciphertext to send, in order.  The caller clears it.
    std::string& output();

    /// Nothing is expected for a while: give back the room that records were collected in.
    void doze() noexcept;

    /// Puts our close_notify into output(), once, if the handshake was done.  Reading goes on.
    void close();

    /// Why the status is `failed`: Errc::certificate_rejected with every reason spelled out,
    /// Errc::pin_mismatch for a certificate without fault that is not pinned, Errc::tls_failed (an
    /// alert's name is in `condition`), Errc::connection_lost.
    const Error& error() const;

    /// As in "TLSv1.2"; empty before `established`.
    std::string_view protocol_version() const;
    /// What a login can be tied to; nothing before `established`.
    ChannelBindings channel_bindings() const;
    /// The cipher suite's registered name, with '-' for '_'; empty before `established`.
    std::string_view cipher() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace headstock::detail
