// What a login can be tied to, of the TLS connection under it (RFC 5056).
#pragma once

#include <string>

namespace headstock::detail {

/// The channel bindings of one TLS connection.  Empty is one that it does not have.
struct ChannelBindings {
    std::string exporter{};         ///< tls-exporter (RFC 9266), of TLS 1.3.
    std::string unique{};           ///< tls-unique (RFC 5929 section 3), of TLS 1.2.
    std::string server_end_point{}; ///< tls-server-end-point (RFC 5929 section 4).

    bool none() const { return exporter.empty() && unique.empty() && server_end_point.empty(); }
};

} // namespace headstock::detail
