// A certificate of ours and its private key, for a server that asks who we are (XEP-0178).
#pragma once

#include "headstock/tls/tls.hpp"

#include <memory>

struct mbedtls_ssl_config;

namespace headstock::detail {

/// Reads both files of the settings.  Nothing, and Errc::invalid_option, when one cannot be used or
/// they do not belong together.  mbedTLS wipes what it has read of the key, at once or at its end.
std::shared_ptr<const ClientIdentity> load_identity(const TlsSettings& settings, Error& error);

/// `config` points into `identity` from then on.  Gives mbedTLS's error code, or 0.
int show_identity(mbedtls_ssl_config& config, const ClientIdentity& identity);

} // namespace headstock::detail
