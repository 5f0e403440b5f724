#include "headstock/tls/name_constraints.hpp"

#include <mbedtls/asn1.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <string_view>

namespace headstock::detail {
namespace {

constexpr std::string_view name_constraints = "\x55\x1d\x1e"; // 2.5.29.30
constexpr int sequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;

} // namespace

// mbedTLS refuses the extension when it is critical, and passes it over when it is not: Extensions
// (RFC 5280 4.1) is read here once more, for the numbers in it.
bool has_name_constraints(const mbedtls_x509_crt& certificate) {
    auto* at = certificate.v3_ext.p;
    const auto* const end = at + certificate.v3_ext.len;
    std::size_t size = 0;
    if (certificate.v3_ext.len == 0) return false;
    if (mbedtls_asn1_get_tag(&at, end, &size, sequence) != 0) return true;
    while (at != end) {
        if (mbedtls_asn1_get_tag(&at, end, &size, sequence) != 0) return true;
        auto* const next = at + size;
        if (mbedtls_asn1_get_tag(&at, next, &size, MBEDTLS_ASN1_OID) != 0) return true;
        if (std::string_view{reinterpret_cast<const char*>(at), size} == name_constraints)
            return true;
        at = next;
    }
    return false;
}

} // namespace headstock::detail
