// What tls_context.cpp gives to tls_session.cpp, without mbedTLS's headers.
#pragma once

#include "headstock/tls/tls.hpp"

#include <string>

struct mbedtls_ssl_config;

namespace headstock::detail {

/// Fills an initialised `config` with the rules of tls.hpp.  It points into `context` from then on.
/// Gives mbedTLS's error code, or 0.
int configure(mbedtls_ssl_config& config, const TlsContext& context);

/// Whether certificates are checked at all.
bool verifies(const TlsContext::Parts& parts);

/// mbedTLS's own sentence for one of its error codes.
std::string mbedtls_words(int code);
/// mbedTLS could not get memory.  A code may be the sum of one of a high level and one of a low
/// level.
bool is_memory_error(int code) noexcept;

} // namespace headstock::detail
