#include "headstock/tls/client_identity.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/tls/config.hpp"

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include <cstddef>
#include <string>

namespace headstock::detail {

struct ClientIdentity {
    ClientIdentity() {
        mbedtls_x509_crt_init(&chain);
        mbedtls_pk_init(&key);
    }
    ~ClientIdentity() {
        mbedtls_pk_free(&key);
        mbedtls_x509_crt_free(&chain);
    }
    ClientIdentity(const ClientIdentity&) = delete;
    ClientIdentity& operator=(const ClientIdentity&) = delete;

    mutable mbedtls_x509_crt chain{}; // mbedTLS takes both without const
    mutable mbedtls_pk_context key{};
};

namespace {

Error unusable(std::string_view what, const std::string& path, int code) {
    if (is_memory_error(code)) return out_of_memory();
    auto why = mbedtls_words(code);
    if (code == MBEDTLS_ERR_PK_PASSWORD_REQUIRED) why = "it is encrypted";
    return {Errc::invalid_option, concat({what, " ", path, " cannot be used: ", why})};
}

#if MBEDTLS_VERSION_NUMBER >= 0x03000000
int draw(void*, unsigned char* out, std::size_t size) noexcept {
    return psa_generate_random(out, size) == PSA_SUCCESS ? 0 : MBEDTLS_ERR_PK_BAD_INPUT_DATA;
}
int read_key(mbedtls_pk_context& key, const char* path) {
    return mbedtls_pk_parse_keyfile(&key, path, nullptr, draw, nullptr);
}
int compare(const ClientIdentity& identity) {
    return mbedtls_pk_check_pair(&identity.chain.pk, &identity.key, draw, nullptr);
}
#else
int read_key(mbedtls_pk_context& key, const char* path) {
    return mbedtls_pk_parse_keyfile(&key, path, nullptr);
}
int compare(const ClientIdentity& identity) {
    return mbedtls_pk_check_pair(&identity.chain.pk, &identity.key);
}
#endif

} // namespace

std::shared_ptr<const ClientIdentity> load_identity(const TlsSettings& settings, Error& error) {
    auto identity = std::make_unique<ClientIdentity>();
    const auto& certificate = settings.client_certificate;
    // A positive result counts certificates that mbedTLS cannot read.
    if (const int result = mbedtls_x509_crt_parse_file(&identity->chain, certificate.c_str())) {
        error = unusable("Options::client_certificate", certificate,
                         result > 0 ? MBEDTLS_ERR_X509_INVALID_FORMAT : result);
        return nullptr;
    }
    if (const int result = read_key(identity->key, settings.client_key.c_str())) {
        error = unusable("Options::client_key", settings.client_key, result);
        return nullptr;
    }
    if (compare(*identity) == 0) return identity;
    error = {Errc::invalid_option, concat({"Options::client_key ", settings.client_key,
                                           " is not the key of the certificate in ", certificate})};
    return nullptr;
}

int show_identity(mbedtls_ssl_config& config, const ClientIdentity& identity) {
    return mbedtls_ssl_conf_own_cert(&config, &identity.chain, &identity.key);
}

} // namespace headstock::detail
