// The certificate of a server, as a program sees it that is asked whether to accept it
// (Options::decide_certificate).
#pragma once

#include "headstock/export.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace headstock {

/// What a program says of a certificate that has failed a check.
enum class TrustDecision : std::uint8_t {
    refuse, ///< The TLS handshake fails, as it does when nobody is asked.
    accept, ///< The server counts as verified, on this connection.
};

/// A server's own certificate, and what is wrong with it.  A value, which may be kept and copied.
/// The functions read `der` at each call, on any thread; where it is no certificate their results
/// are empty.  They throw std::bad_alloc only.
///
///     options.decide_certificate = [&](const headstock::ServerCertificate& shown) {
///         const auto pin = shown.key_pin();
///         if (known_pins.count(pin) != 0) return headstock::TrustDecision::accept;
///         std::cerr << shown.domain << " shows a key that nobody vouches for: " << pin << '\n';
///         for (const auto& reason : shown.reasons) std::cerr << "  " << reason << '\n';
///         return headstock::TrustDecision::refuse;
///     };
///
/// A person who decides should compare key_pin() with what the server's operator has told them in
/// another way.  Names, dates and issuer prove nothing here: whoever stands between client and
/// server can write the same ones into a certificate of their own.
struct HEADSTOCK_API ServerCertificate {
    /// Whom it should be for: the domain of the JID, in ASCII (with A-labels).
    std::string domain{};
    /// What is wrong, one sentence each, safe to print.  When Options::decide_certificate is asked
    /// there is at least one.
    std::vector<std::string> reasons{};
    /// The certificate, as the server has sent it (RFC 5280 4.1).
    std::string der{};

    /// The same as text (RFC 7468 section 5), in lines that end in '\n'.
    std::string pem() const;
    /// "CN=example.org, O=Example", safe to print; "a long name" for more than 1,023 bytes.
    std::string subject() const;
    /// Who has signed it, likewise.
    std::string issuer() const;
    /// Whom it is for: "example.org", "_xmpp-client.example.org" (RFC 4985), "xmpp:example.org"
    /// (RFC 6120 13.7.1.4), "192.0.2.1"; safe to print.
    std::vector<std::string> names() const;
    /// From when and until when it is valid, in UTC (RFC 5280 4.1.2.5).
    std::chrono::sys_seconds valid_from() const;
    std::chrono::sys_seconds valid_until() const; ///< Likewise.
    /// The SHA-256 hash of its key, and of the whole certificate, as Options::pins takes them:
    /// "sha256//..." and "cert-sha256//...".
    std::string key_pin() const;
    std::string certificate_pin() const; ///< Likewise, of the whole certificate.
};

} // namespace headstock
