// The SASL mechanisms a client can log in with, and whether a login is tied to its TLS connection.
#pragma once

#include <cstdint>

namespace headstock {

/// Weakest first (RFC 6120 section 6; RFC 4505, 4616, 5802, 7677; RFC 4422 appendix A).  SCRAM
/// stands for its form with channel binding too, as SCRAM-SHA-256-PLUS.
enum class Mechanism : std::uint8_t {
    anonymous,
    plain,
    scram_sha_1,
    scram_sha_256,
    scram_sha_512,
    external, ///< By Options::client_certificate, without a password.
};

/// Whether a login by SCRAM proves that both sides see the same TLS connection (RFC 5802 section
/// 6).  Then nobody can stand between client and server, not even with a certificate that is
/// accepted.  tls-exporter (RFC 9266) is used with TLS 1.3, tls-unique (RFC 5929) with TLS 1.2; and
/// where the server names neither tls-server-end-point (RFC 5929), which does not help against a
/// stolen key.
enum class ChannelBinding : std::uint8_t {
    where_possible, ///< Where both can do it; not over TLS 1.3 with a server that names no types
                    ///< (XEP-0440).  A server whose offer contradicts itself, or cannot be used and
                    ///< is not proved by its hash (XEP-0474), is refused: Errc::sasl_downgrade.
    required,       ///< There is no login by SCRAM or PLAIN without it (Errc::mechanism_too_weak).
    off,            ///< Never, and what the server says of it is passed over.
};

} // namespace headstock
