// The verdict on the certificates that a server showed, and the reasons for it.
#pragma once

#include "headstock/error.hpp"
#include "headstock/tls/certificate_names.hpp"
#include "headstock/tls/tls.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct mbedtls_asn1_named_data;
struct mbedtls_x509_crt;

namespace headstock::detail {

/// Whom a certificate is for, by its subjectAltName.
CertificateNames names_in(const mbedtls_x509_crt& certificate);
/// "CN=example.com, O=Example", safe to print.
std::string text_of(const mbedtls_asn1_named_data& name);

/// Sees each certificate of a chain once, from the authority down to the server's own, with what
/// mbedTLS found wrong in it, and adds what mbedTLS does not check (2.28 knows no iPAddress, takes
/// the common name when there is no subjectAltName, passes over name constraints and the uses that
/// an authority may vouch for, and passes everything without a name); then the program's rules.
class CertificateCheck {
public:
    CertificateCheck(ServerName server, CertificateRules rules)
        : server_(std::move(server)), rules_(rules) {}

    /// `flags` are mbedTLS's; they are corrected, and what is left of them is what mbedTLS acts on.
    /// `depth` counts from the server's own certificate, which is 0.  There CertificateRules are
    /// looked at, so it may run user code.
    void look_at(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags);

    /// In the place of look_at(), of the server's own certificate, where nothing else of it counts.
    /// False when it should be pinned and is not, or is null.
    bool look_at_pins(const mbedtls_x509_crt* certificate);

    /// True when the server's own certificate was looked at and nothing was wrong in the chain, or
    /// the program has accepted it, and it is pinned if it has to be.
    bool passed() const { return seen_ && !found_fault(); }
    bool found_fault() const { return not_pinned_ || (!reasons_.empty() && !accepted_); }

    /// Errc::certificate_rejected with every reason, or Errc::pin_mismatch.
    Error error() const;

private:
    void look_at_issuer(const mbedtls_x509_crt& certificate, int depth, std::uint32_t& flags);
    void look_at_server(const mbedtls_x509_crt& certificate, std::uint32_t& flags);
    void judge(const mbedtls_x509_crt& certificate, std::uint32_t& flags);
    void ask(const mbedtls_x509_crt& certificate);

    ServerName server_;
    CertificateRules rules_;
    bool seen_ = false;
    bool accepted_ = false;   ///< By the program, reasons_ notwithstanding.
    bool not_pinned_ = false; ///< And all else is well.
    std::uint32_t above_ = 0; ///< Flags of the chain, where the program may accept it.
    std::vector<std::string> reasons_{};
    std::string shown_{}; ///< What is not pinned, in words.
};

} // namespace headstock::detail
