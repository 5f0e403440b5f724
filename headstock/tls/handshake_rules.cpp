#include "headstock/tls/handshake_rules.hpp"

#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>

#include <cstdint>

#define HEADSTOCK_MBEDTLS_3 (MBEDTLS_VERSION_NUMBER >= 0x03000000)

namespace headstock::detail {
namespace {

// The cipher suites that a handshake may end with, best first; no other is offered.
//
// Each has forward secrecy, so that a key which is stolen later opens nothing that was recorded
// before, and an AEAD, since the older modes have been broken again and again (RFC 9325 4.2).
// ChaCha20 comes first because mbedTLS is twice as fast with it as with AES.  Left out are CCM,
// which no XMPP server needs, and finite-field Diffie-Hellman, whose groups a server may choose as
// weak as it likes.
constexpr int cipher_suites[] = {
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
#endif
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    0,
};

// 2.28 would begin with its slowest curves and still take 192 bits and SHA-1.
#if HEADSTOCK_MBEDTLS_3
constexpr std::uint16_t groups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
};
#else
constexpr mbedtls_ecp_group_id groups[] = {
    MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
    MBEDTLS_ECP_DP_SECP521R1,  MBEDTLS_ECP_DP_NONE,
};
constexpr int signature_hashes[] = {MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512,
                                    MBEDTLS_MD_NONE};
#endif

void set_floor(mbedtls_ssl_config& config) {
    mbedtls_ssl_conf_ciphersuites(&config, cipher_suites);
#if HEADSTOCK_MBEDTLS_3
    mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_groups(&config, groups);
#else
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_curves(&config, groups);
    mbedtls_ssl_conf_sig_hashes(&config, signature_hashes);
#endif
}

// Channel binding and the certificate check both rest on full handshakes.  A server that does not
// know RFC 5746 may take ours for a new handshake of somebody else's (4.1 there).
void forbid_shortcuts(mbedtls_ssl_config& config) {
    mbedtls_ssl_conf_legacy_renegotiation(&config, MBEDTLS_SSL_LEGACY_BREAK_HANDSHAKE);
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
    mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#endif
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    mbedtls_ssl_conf_renegotiation(&config, MBEDTLS_SSL_RENEGOTIATION_DISABLED);
#endif
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_ssl_conf_tls13_key_exchange_modes(&config,
                                              MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL);
#endif
}

} // namespace

void set_handshake_rules(mbedtls_ssl_config& config) {
    set_floor(config);
    forbid_shortcuts(config);
}

} // namespace headstock::detail
