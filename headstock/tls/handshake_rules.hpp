// What we offer in a TLS handshake, and so what it may come to.
#pragma once

struct mbedtls_ssl_config;

namespace headstock::detail {

/// TLS 1.2 at least, the suites that are named in the source and no others, full handshakes only.
/// `config` has mbedTLS's defaults before.
void set_handshake_rules(mbedtls_ssl_config& config);

} // namespace headstock::detail
