// The limits that an authority's certificate may put on the names it vouches for (RFC 5280
// 4.2.1.10).
#pragma once

struct mbedtls_x509_crt;

namespace headstock::detail {

/// Whether the certificate has such limits, critical or not.  True also for extensions that cannot
/// be read to their end.  What they say is not looked at.
bool has_name_constraints(const mbedtls_x509_crt& certificate);

} // namespace headstock::detail
