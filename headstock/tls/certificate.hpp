// The verdict on the certificates that a server showed, and the reasons for it.
#pragma once

#include "headstock/error.hpp"
#include "headstock/tls/certificate_names.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct mbedtls_x509_crt;

namespace headstock::detail {

/// Sees each certificate of a chain once, from the authority down to the server's own, with what
/// mbedTLS found wrong in it, and adds what mbedTLS does not check (2.28 knows no iPAddress, takes
/// the common name when there is no subjectAltName, and passes everything without a name).
class CertificateCheck {
public:
    explicit CertificateCheck(ServerName server) : server_(std::move(server)) {}

    /// `flags` are mbedTLS's; they are corrected, and what is left of them is what mbedTLS acts on.
    /// `depth` counts from the server's own certificate, which is 0.
    void look_at(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags);

    /// What was found behind look_at(): uses of the key that the handshake needs.
    void add_usage(std::uint32_t flags);

    /// True when the server's own certificate was looked at and nothing was wrong in the chain.
    bool passed() const { return seen_ && reasons_.empty(); }
    bool found_fault() const { return !reasons_.empty(); }

    /// Errc::certificate_rejected with every reason.
    Error error() const;

private:
    void look_at_server(const mbedtls_x509_crt& certificate, std::uint32_t& flags);

    ServerName server_;
    bool seen_ = false;
    std::vector<std::string> reasons_{};
};

} // namespace headstock::detail
