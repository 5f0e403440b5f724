// The server's side of one client, in memory: it lets the client log in, then notes what it is told
// and says what a test wants it to say.
#pragma once

#include "bridge/element.hpp"
#include "headstock/export.hpp"
#include "headstock/testing/fault.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::testing {

/// What a server says about STARTTLS (RFC 6120 section 5).
enum class StartTls : std::uint8_t {
    not_offered,
    offered, ///< And nothing else until Server::secured() is called.
    refused, ///< Offered too, but <starttls/> is answered by <failure/> and the end of the stream.
};

/// How the TLS handshake of a connection ends, which Stage plays: no byte of it is real, and there
/// is no certificate that Options::pins or Options::decide_certificate could look at.
enum class Handshake : std::uint8_t {
    succeeds,
    certificate_rejected, ///< The client rejects the certificate, as one that is signed by itself;
                          ///< not with Options::insecure_skip_verification.
    alert,                ///< The server breaks it off by Server::Settings::alert.
    silent,               ///< The server says nothing; Timeouts::tls ends it.
};

/// A server that knows one client: bytes in, bytes out.  No socket, no clock, no thread.
///
///     headstock::testing::Server server{{.domain = "example.org", .password = "secret"}};
///     server.receive(bytes_from_the_client);
///     to_the_client(server.take_output());
///
/// Stage has one and carries the bytes.  It speaks as much of RFC 6120 as a login takes: stream
/// header and features, SASL by SCRAM-SHA-1, PLAIN or ANONYMOUS (RFC 5802, RFC 4616, RFC 4505),
/// resource binding, the end of the stream; and it answers pings (XEP-0199).  With
/// Settings::stream_management it counts and acknowledges stanzas, and keeps the session of a
/// connection that is lost (XEP-0198).
/// Everything else is the test's: stanzas that come after binding are kept for take_stanzas() and
/// not answered.
///
/// Moved from, it may only be assigned to or destroyed.
class HEADSTOCK_API Server {
public:
    /// What it is, offers and refuses.
    struct Settings {
        std::string domain = "example.org";
        std::string password = "secret"; ///< The client's; another one is refused: not-authorized.
        /// What is bound.  Empty: what the client asks for, or "stage" when it leaves it to us.
        std::string resource{};
        StartTls starttls = StartTls::not_offered;
        /// Of the connections of a Stage that begin TLS, by STARTTLS or Tls::direct.
        Handshake handshake = Handshake::succeeds;
        std::string alert = "handshake_failure"; ///< A name from RFC 8446 6, as "internal_error".
        unsigned rounds = 4096; ///< Of PBKDF2; a client refuses less (RFC 5802 5.1).
        bool plain = false;     ///< Offer PLAIN in the place of SCRAM-SHA-1.
        /// Offer ANONYMOUS (XEP-0175) in the place of both: for a client whose JID is a domain,
        /// which becomes "anonymous" there.
        bool anonymous = false;
        /// Inside TLS, offer a login by SASL2 as well (XEP-0388), and with it all that a client may
        /// ask for in the same breath: its session to go on (XEP-0198), a resource (Bind 2,
        /// XEP-0386), a token for the next login (FAST, XEP-0484), by HT-SHA-256-NONE.
        bool sasl2 = false;
        /// Refuse every login by this condition, as "temporary-auth-failure" (RFC 6120 6.5).
        std::string sasl_failure{};
        /// The content of a stream error (RFC 6120 4.9.3) that stands in the place of the features,
        /// with StartTls::offered inside TLS; or empty.
        std::string stream_error{};
        /// XML that stands in each <stream:features/> besides what the login needs.
        std::string extra_features{};
        /// Offer stream management: acknowledge what the client sends when it asks, send again what
        /// it has not acknowledged, resume its session over another connection.
        bool stream_management = false;
        /// Keep a session whose connection is lost; otherwise it is not resumed.  Looked at when
        /// the client asks for it.
        bool keeps_sessions = true;
        /// Say this to <resume/>, whatever was.  What begins with "<resumed" is taken for a bound
        /// resource.
        std::string resume_answer{};
        /// Answer pings that are sent to the domain, so that a client that asks whether its server
        /// is there (Options::liveness) stays.  They are among take_stanzas() all the same.
        bool answers_pings = true;
    };

    Server();
    /// With its settings; or with those that a Settings has by itself.
    explicit Server(Settings settings);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();

    /// To be changed at any time; what is changed holds for what is said from then on.
    Settings& settings();

    /// Another connection stands: what was negotiated on the last one is forgotten, with what was
    /// still to be said on it.  Not needed before the first.
    void connected();
    /// The TLS handshake, which is the caller's, is done: the client's next header begins a stream
    /// inside TLS.
    void secured();
    /// The client was told to proceed with TLS (RFC 6120 5.4.2.3): it says nothing more in clear.
    bool wants_tls() const;

    /// The client wrote these bytes, however they are cut.  Throws std::runtime_error, with what
    /// the client wrote, for what is not XML and, before a resource is bound, for what this server
    /// does not understand there; then the connection can only be given up.
    void receive(std::string_view bytes);
    /// Say this, as it is.  Nothing is checked: a test may want to say what is wrong.  It is not
    /// counted, nor kept to be sent again.
    void says(std::string_view xml);
    /// Say this stanza.  With stream management it is counted, and kept until the client has
    /// acknowledged it.
    void says(const bridge::Element& stanza);
    /// Ask the client to acknowledge what it has (XEP-0198 section 4).
    void asks_for_ack();
    /// Lose or double one answer to the client's <r/>; other kinds of faults are Stage's.
    void set_fault(const Fault& fault);
    /// How often the client was told what has arrived, or would have been but for a fault.
    std::uint64_t acks() const;
    /// How many stanzas the client has not acknowledged.
    std::size_t unacknowledged() const;
    /// What the client is to be told since the last call.
    std::string take_output();

    /// What the client has sent after binding: a stanza, or whatever else stood where stanzas do.
    struct Stanza {
        std::string xml{}; ///< The bytes of it, without white space around them.
        bridge::Element element{};
    };
    /// Those since the last call, of all connections, in order.
    std::vector<Stanza> take_stanzas();
    /// The JID that was bound on this connection; empty until then.
    const std::string& bound() const;
    /// The stream is over: the client has ended it and was answered, or STARTTLS was refused.
    bool ended() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace headstock::testing
