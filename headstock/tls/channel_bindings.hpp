// The channel bindings of a connection, out of mbedTLS.
#pragma once

#include "headstock/base/channel_bindings.hpp"

struct mbedtls_ssl_context;

namespace headstock::detail {

/// Of a handshake that is done, and was a full one: nothing is resumed or renegotiated here, with
/// which tls-unique would be another value.
ChannelBindings bindings_of(const mbedtls_ssl_context& ssl);

} // namespace headstock::detail
