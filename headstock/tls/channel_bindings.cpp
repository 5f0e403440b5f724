#define MBEDTLS_ALLOW_PRIVATE_ACCESS // 3.x: the Finished of a handshake stands in no public place

#include "headstock/tls/channel_bindings.hpp"

#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <array>
#include <string>
#include <string_view>

namespace headstock::detail {
namespace {

// The client's Finished, which is the first one of a full handshake (RFC 5929 3.1).  TLS 1.3 has
// none of these properties.
std::string tls_unique([[maybe_unused]] const mbedtls_ssl_context& ssl) {
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    return {ssl.own_verify_data, ssl.own_verify_data + ssl.verify_data_len};
#else
    return {};
#endif
}

// RFC 5929 4.1: by the hash that the certificate is signed with, but SHA-256 for MD5 and SHA-1.
// Nothing for a signature that has no hash of its own.
std::string tls_server_end_point(const mbedtls_x509_crt& certificate) {
    auto type = MBEDTLS_MD_NONE;
    auto key = MBEDTLS_PK_NONE;
    if (mbedtls_oid_get_sig_alg(&certificate.sig_oid, &type, &key) != 0) return {};
    // RSASSA-PSS has its hash in its parameters, which mbedTLS has read into the certificate.
    if (type == MBEDTLS_MD_NONE) type = certificate.sig_md;
    if (type == MBEDTLS_MD_MD5 || type == MBEDTLS_MD_SHA1) type = MBEDTLS_MD_SHA256;
    const auto* const hash = mbedtls_md_info_from_type(type);
    if (hash == nullptr) return {};
    std::array<unsigned char, MBEDTLS_MD_MAX_SIZE> sum{};
    if (mbedtls_md(hash, certificate.raw.p, certificate.raw.len, sum.data()) != 0) return {};
    return {sum.begin(), sum.begin() + mbedtls_md_get_size(hash)};
}

// RFC 9266, which allows it with TLS 1.2 too where both sides have agreed on the extended master
// secret; mbedTLS does not say whether they have.
std::string tls_exporter([[maybe_unused]] const mbedtls_ssl_context& ssl) {
#if defined(MBEDTLS_SSL_KEYING_MATERIAL_EXPORT)
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    std::array<unsigned char, 32> key{};
    // It does not write to the connection, but takes it without const.
    const int result = mbedtls_ssl_export_keying_material(
        const_cast<mbedtls_ssl_context*>(&ssl), key.data(), key.size(), label.data(), label.size(),
        reinterpret_cast<const unsigned char*>(""), 0, 1);
    if (result == 0) return {key.begin(), key.end()};
#endif
    return {};
}

} // namespace

ChannelBindings bindings_of(const mbedtls_ssl_context& ssl) {
    ChannelBindings bindings;
    const std::string_view version = mbedtls_ssl_get_version(&ssl);
    if (version == "TLSv1.2") bindings.unique = tls_unique(ssl);
    if (version == "TLSv1.3") bindings.exporter = tls_exporter(ssl);
    if (const auto* certificate = mbedtls_ssl_get_peer_cert(&ssl))
        bindings.server_end_point = tls_server_end_point(*certificate);
    return bindings;
}

} // namespace headstock::detail
