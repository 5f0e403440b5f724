#define MBEDTLS_ALLOW_PRIVATE_ACCESS // the server shows certificates that it should not

#include "tests/support/tls_server.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace headstock::test {
namespace {

void check(int result) {
    if (result != 0) throw std::runtime_error("TlsServer: mbedTLS error " + std::to_string(result));
}

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.c_str());
}

int take_any_extension(void*,
                       const mbedtls_x509_crt*,
                       const mbedtls_x509_buf*,
                       int,
                       const unsigned char*,
                       const unsigned char*) noexcept {
    return 0;
}

// What mbedTLS's own server would refuse to show: unknown critical extensions, the wrong usage.
void add_certificate(mbedtls_x509_crt& chain, const unsigned char* der, std::size_t size) {
    check(
        mbedtls_x509_crt_parse_der_with_ext_cb(&chain, der, size, 1, take_any_extension, nullptr));
    for (auto* one = &chain; one; one = one->next) {
        one->ext_types &=
            ~(MBEDTLS_OID_X509_EXT_EXTENDED_KEY_USAGE | MBEDTLS_OID_X509_EXT_KEY_USAGE);
    }
}

struct Contexts {
    Contexts() {
        psa_crypto_init();
        mbedtls_x509_crt_init(&chain);
        mbedtls_x509_crt_init(&authority);
        mbedtls_pk_init(&key);
        mbedtls_ssl_config_init(&config);
        mbedtls_ssl_init(&ssl);
    }
    ~Contexts() {
        mbedtls_ssl_free(&ssl);
        mbedtls_ssl_config_free(&config);
        mbedtls_pk_free(&key);
        mbedtls_x509_crt_free(&chain);
        mbedtls_x509_crt_free(&authority);
    }
    Contexts(const Contexts&) = delete;
    Contexts& operator=(const Contexts&) = delete;

    mbedtls_x509_crt chain{};
    mbedtls_x509_crt authority{}; // of clients
    mbedtls_pk_context key{};
    mbedtls_ssl_config config{};
    mbedtls_ssl_context ssl{};
};

} // namespace

struct TlsServer::Impl : Contexts {
    explicit Impl(TlsServerOptions wanted);

    void load_chain();
    void load_identity();
    void ask_client();
    void limit();
    void pump();

    static int take(void* self, unsigned char* out, std::size_t size) noexcept;
    static int put(void* self, const unsigned char* data, std::size_t size) noexcept;
    static int note_name(void* self,
                         mbedtls_ssl_context*,
                         const unsigned char* name,
                         std::size_t size) noexcept;

    TlsServerOptions options;
    std::vector<const char*> protocols{};
    bool established = false;
    bool closed = false;
    int error_code = 0;
    std::string input{};
    std::string output{};
    std::string received{};
    std::string server_name{};
    std::string client_hello{};
};

TlsServer::Impl::Impl(TlsServerOptions wanted) : options(std::move(wanted)) {
    check(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                      MBEDTLS_SSL_PRESET_DEFAULT));
    mbedtls_ssl_conf_rng(&config, fill_random, nullptr);
    mbedtls_ssl_conf_sni(&config, &Impl::note_name, this);
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    mbedtls_ssl_conf_renegotiation(&config, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
#endif
    load_identity();
    ask_client();
    limit();
    check(mbedtls_ssl_setup(&ssl, &config));
    mbedtls_ssl_set_bio(&ssl, this, &Impl::put, &Impl::take, nullptr);
}

void TlsServer::Impl::load_chain() {
    mbedtls_pem_context pem;
    std::size_t used = 0;
    std::string rest = options.identity.certificate;
    while (rest.find("-----BEGIN") != std::string::npos) {
        mbedtls_pem_init(&pem);
        const int result =
            mbedtls_pem_read_buffer(&pem, "-----BEGIN CERTIFICATE-----",
                                    "-----END CERTIFICATE-----", bytes(rest), nullptr, 0, &used);
        if (result == 0) add_certificate(chain, pem.buf, pem.buflen);
        mbedtls_pem_free(&pem);
        check(result);
        rest.erase(0, used);
    }
}

void TlsServer::Impl::load_identity() {
    const auto& pem = options.identity;
    load_chain();
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    check(mbedtls_pk_parse_key(&key, bytes(pem.key), pem.key.size() + 1, nullptr, 0, fill_random,
                               nullptr));
#else
    check(mbedtls_pk_parse_key(&key, bytes(pem.key), pem.key.size() + 1, nullptr, 0));
#endif
    check(mbedtls_ssl_conf_own_cert(&config, &chain, &key));
}

void TlsServer::Impl::ask_client() {
    const auto& pem = options.client_authority;
    if (pem.empty()) return;
    check(mbedtls_x509_crt_parse(&authority, bytes(pem), pem.size() + 1));
    mbedtls_ssl_conf_ca_chain(&config, &authority, nullptr);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
}

void TlsServer::Impl::limit() {
    using Newest = TlsServerOptions::Newest;
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    if (options.newest == Newest::tls_1_1) throw std::runtime_error("mbedTLS 3 has no TLS 1.1");
    if (options.newest == Newest::tls_1_2) {
        mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
    }
#else
    if (options.newest == Newest::tls_1_1) {
        mbedtls_ssl_conf_max_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3,
                                     MBEDTLS_SSL_MINOR_VERSION_2);
    }
#endif
    if (!options.suites.empty()) {
        options.suites.push_back(0);
        mbedtls_ssl_conf_ciphersuites(&config, options.suites.data());
    }
    if (options.alpn.empty()) return;
    for (const auto& protocol : options.alpn) protocols.push_back(protocol.c_str());
    protocols.push_back(nullptr);
    check(mbedtls_ssl_conf_alpn_protocols(&config, protocols.data()));
}

int TlsServer::Impl::take(void* self, unsigned char* out, std::size_t size) noexcept {
    auto& input = static_cast<Impl*>(self)->input;
    if (input.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
    const auto count = std::min(size, input.size());
    std::memcpy(out, input.data(), count);
    input.erase(0, count);
    return static_cast<int>(count);
}

int TlsServer::Impl::put(void* self, const unsigned char* data, std::size_t size) noexcept {
    static_cast<Impl*>(self)->output.append(reinterpret_cast<const char*>(data), size);
    return static_cast<int>(size);
}

int TlsServer::Impl::note_name(void* self,
                               mbedtls_ssl_context*,
                               const unsigned char* name,
                               std::size_t size) noexcept {
    static_cast<Impl*>(self)->server_name.assign(reinterpret_cast<const char*>(name), size);
    return 0;
}

void TlsServer::Impl::pump() {
    int result = 0;
    if (!established) {
        result = mbedtls_ssl_handshake(&ssl);
        established = result == 0;
    }
    std::array<unsigned char, 16384> record;
    while (established && !closed &&
           (result = mbedtls_ssl_read(&ssl, record.data(), record.size())) > 0) {
        received.append(reinterpret_cast<const char*>(record.data()),
                        static_cast<std::size_t>(result));
    }
    if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        closed = true;
    else if (result < 0 && result != MBEDTLS_ERR_SSL_WANT_READ)
        error_code = result;
}

TlsServer::TlsServer(TlsServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
TlsServer::~TlsServer() = default;

void TlsServer::receive(std::string_view wire) {
    if (!impl_->established) impl_->client_hello += wire;
    impl_->input += wire;
    if (impl_->error_code == 0 && !impl_->closed) impl_->pump();
}

void TlsServer::write(std::string_view plain) {
    while (!plain.empty()) {
        const int count = mbedtls_ssl_write(
            &impl_->ssl, reinterpret_cast<const unsigned char*>(plain.data()), plain.size());
        if (count <= 0) throw std::runtime_error("TlsServer: cannot write");
        plain.remove_prefix(static_cast<std::size_t>(count));
    }
}

void TlsServer::close() { mbedtls_ssl_close_notify(&impl_->ssl); }

void TlsServer::renegotiate() {
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    mbedtls_ssl_renegotiate(&impl_->ssl);
#endif
}

std::string& TlsServer::output() { return impl_->output; }
bool TlsServer::established() const { return impl_->established; }
bool TlsServer::closed() const { return impl_->closed; }
int TlsServer::error_code() const { return impl_->error_code; }
std::string& TlsServer::received() { return impl_->received; }
const std::string& TlsServer::server_name() const { return impl_->server_name; }
const std::string& TlsServer::client_hello() const { return impl_->client_hello; }
std::string TlsServer::client_subject() const {
    const auto* const shown = mbedtls_ssl_get_peer_cert(&impl_->ssl);
    if (shown == nullptr || mbedtls_ssl_get_verify_result(&impl_->ssl) != 0) return {};
    std::array<char, 256> text;
    const int size = mbedtls_x509_dn_gets(text.data(), text.size(), &shown->subject);
    check(size < 0 ? size : 0);
    return {text.data(), static_cast<std::size_t>(size)};
}
std::string TlsServer::tls_unique() const {
#if defined(MBEDTLS_SSL_RENEGOTIATION)
    if (std::string_view{mbedtls_ssl_get_version(&impl_->ssl)} == "TLSv1.2")
        return {impl_->ssl.peer_verify_data,
                impl_->ssl.peer_verify_data + impl_->ssl.verify_data_len};
#endif
    return {};
}
std::string TlsServer::tls_exporter() const {
#if defined(MBEDTLS_SSL_KEYING_MATERIAL_EXPORT)
    if (std::string_view{mbedtls_ssl_get_version(&impl_->ssl)} == "TLSv1.3") {
        std::array<unsigned char, 32> key{};
        const std::string label = "EXPORTER-Channel-Binding";
        check(mbedtls_ssl_export_keying_material(&impl_->ssl, key.data(), key.size(), label.data(),
                                                 label.size(), nullptr, 0, 0));
        return {key.begin(), key.end()};
    }
#endif
    return {};
}
std::string TlsServer::alpn() const {
    const char* chosen = mbedtls_ssl_get_alpn_protocol(&impl_->ssl);
    return chosen ? chosen : "";
}

} // namespace headstock::test
