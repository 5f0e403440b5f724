#include "headstock/tls/tls.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/base/process.hpp"
#include "headstock/tls/client_identity.hpp"
#include "headstock/tls/config.hpp"
#include "headstock/tls/handshake_rules.hpp"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/md.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <tuple>
#include <utility>

namespace headstock::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::array system_bundles{
    "/etc/ssl/certs/ca-certificates.crt",                // Debian, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // newer RHEL
    "/etc/ssl/ca-bundle.pem",                            // openSUSE
    "/etc/ssl/cert.pem",                                 // Alpine, macOS, OpenBSD
    "/usr/local/share/certs/ca-root-nss.crt",            // FreeBSD
};

// The generator takes fresh entropy for every draw, so that a forked child never repeats its
// parent's.  Handshakes draw little; records of TLS 1.2 and later with AEAD draw nothing.
class Random {
public:
    Random() {
        mbedtls_entropy_init(&entropy_);
        mbedtls_ctr_drbg_init(&drbg_);
        mbedtls_ctr_drbg_set_prediction_resistance(&drbg_, MBEDTLS_CTR_DRBG_PR_ON);
    }
    ~Random() {
        mbedtls_ctr_drbg_free(&drbg_);
        mbedtls_entropy_free(&entropy_);
    }
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;

    int seed() {
        return mbedtls_ctr_drbg_seed(&drbg_, mbedtls_entropy_func, &entropy_, nullptr, 0);
    }
    static int draw(void* self, unsigned char* out, std::size_t size) noexcept {
        auto& random = *static_cast<Random*>(self);
        const std::lock_guard lock{random.mutex_}; // mbedTLS may be built without threads
        return mbedtls_ctr_drbg_random(&random.drbg_, out, size);
    }

private:
    std::mutex mutex_{};
    mbedtls_entropy_context entropy_{};
    mbedtls_ctr_drbg_context drbg_{};
};

} // namespace

struct TlsContext::Parts {
    Parts() { mbedtls_x509_crt_init(&authorities); }
    ~Parts() { mbedtls_x509_crt_free(&authorities); }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    mutable mbedtls_x509_crt authorities{}; // mbedTLS takes it without const and does not write
    mutable Random random{};
    bool verify = true;
};

namespace {

using Parts = TlsContext::Parts;

Error unusable(const std::string& path, const std::string& why) {
    return {Errc::invalid_option, "the file of certificate authorities " + path + " " + why};
}

bool read_file(const std::string& path, std::string& bytes, Error& error) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                               &std::fclose};
    std::array<char, 16384> block;
    std::size_t size = 1;
    while (file && size > 0) {
        size = std::fread(block.data(), 1, block.size(), file.get());
        bytes.append(block.data(), size);
    }
    if (file && !std::ferror(file.get())) return true;
    error = unusable(path, std::string{"cannot be read: "} + std::strerror(errno));
    return false;
}

// PEM wants its terminating zero counted, DER wants its own length.
int parse(mbedtls_x509_crt& chain, const std::string& bytes) {
    const bool pem = bytes.find("-----BEGIN ") != std::string::npos;
    return mbedtls_x509_crt_parse(&chain, reinterpret_cast<const unsigned char*>(bytes.c_str()),
                                  bytes.size() + (pem ? 1 : 0));
}

bool load_authorities(Parts& parts, const std::string& path, Error& error) {
    std::string bytes;
    if (!read_file(path, bytes, error)) return false;
    if (bytes.empty()) {
        error = unusable(path, "is empty");
        return false;
    }
    // A positive result counts certificates of a kind that mbedTLS cannot read, as in most bundles.
    errno = 0;
    const int result = parse(parts.authorities, bytes);
    if (errno == ENOMEM || is_memory_error(result)) { // else a certificate less, and no word of it
        error = out_of_memory();
        return false;
    }
    if (result >= 0 && parts.authorities.version != 0) return true;
    error = unusable(path, "holds no certificate that can be read" +
                               (result < 0 ? ": " + mbedtls_words(result) : std::string{}));
    return false;
}

bool start_crypto(Error& error) {
    const psa_status_t status = psa_crypto_init(); // does nothing once it has gone well
    if (status == PSA_SUCCESS) return true;
    if (status == PSA_ERROR_INSUFFICIENT_MEMORY) throw std::bad_alloc{};
    error = {Errc::tls_failed, "mbedTLS cannot start (" + std::to_string(long{status}) + ")"};
    return false;
}

std::unique_ptr<Parts> make_parts(bool verify, Error& error) {
    if (!start_crypto(error)) return nullptr;
    auto parts = std::make_unique<Parts>();
    parts->verify = verify;
    errno = 0;
    const int result = parts->random.seed();
    if (result == 0) return parts;
    // 3.6 calls it a source of entropy that has failed.
    if (errno == ENOMEM || is_memory_error(result)) throw std::bad_alloc{};
    error = {Errc::tls_failed, "no random numbers for TLS: " + mbedtls_words(result)};
    return nullptr;
}

std::string system_bundle(Error& error) {
    std::error_code ignored;
    for (const char* path : system_bundles) {
        if (fs::is_regular_file(path, ignored)) return path;
    }
    error = {Errc::tls_failed, std::string{"this system has no bundle of certificate authorities "
                                           "where it is usually kept ("} +
                                   system_bundles[0] + "); name one with the option ca_file"};
    return {};
}

// The same file, as long as it was not written to, is loaded once per process.
class Cache {
public:
    std::shared_ptr<const TlsContext> get(const std::string& path, Error& error) {
        const std::lock_guard lock{mutex_};
        const Key key = key_of(path);
        if (auto found = contexts_[key].lock()) return found;
        auto made = load(path, error);
        contexts_[key] = made;
        forget_expired();
        return made;
    }

    // The one that trusts everybody: it has no authorities, but its generator need not be seeded
    // for every client.
    std::shared_ptr<const TlsContext> unverified(Error& error) {
        const std::lock_guard lock{mutex_};
        if (auto found = unverified_.lock()) return found;
        auto parts = make_parts(false, error);
        if (!parts) return nullptr;
        auto made = std::make_shared<const TlsContext>(std::move(parts));
        unverified_ = made;
        return made;
    }

private:
    using Key = std::tuple<std::string, fs::file_time_type, std::uintmax_t>;

    static Key key_of(const std::string& path) {
        std::error_code ignored; // reading will say what is wrong with the file
        const auto time = fs::last_write_time(path, ignored);
        const auto size = fs::file_size(path, ignored);
        return {path, time, size};
    }

    static std::shared_ptr<const TlsContext> load(const std::string& path, Error& error) {
        auto parts = make_parts(true, error);
        if (!parts || !load_authorities(*parts, path, error)) return nullptr;
        return std::make_shared<const TlsContext>(std::move(parts));
    }

    void forget_expired() {
        for (auto entry = contexts_.begin(); entry != contexts_.end();) {
            entry = entry->second.expired() ? contexts_.erase(entry) : std::next(entry);
        }
    }

    std::mutex mutex_{};
    std::map<Key, std::weak_ptr<const TlsContext>> contexts_{};
    std::weak_ptr<const TlsContext> unverified_{};
};

std::shared_ptr<const TlsContext> find(Cache& cache, const TlsSettings& settings, Error& error) {
    if (settings.insecure_skip_verification) return cache.unverified(error);
    const auto path = settings.ca_file.empty() ? system_bundle(error) : settings.ca_file;
    return path.empty() ? nullptr : cache.get(path, error);
}

} // namespace

TlsContext::TlsContext(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
TlsContext::TlsContext(std::shared_ptr<const TlsContext> shared,
                       std::shared_ptr<const ClientIdentity> identity)
    : shared_(std::move(shared)), identity_(std::move(identity)) {}
TlsContext::~TlsContext() = default;

std::shared_ptr<const TlsContext> TlsContext::make(const TlsSettings& settings, Error& error) {
    static constinit PerProcess<Cache>
        caches; // a child's handshakes wait for no lock of the parent's
    auto shared = find(caches.get(), settings, error);
    if (!shared || settings.client_certificate.empty()) return shared;
    auto identity = load_identity(settings, error);
    if (!identity) return nullptr;
    return std::make_shared<const TlsContext>(std::move(shared), std::move(identity));
}

int configure(mbedtls_ssl_config& config, const TlsContext& context) {
    const auto& parts = context.parts();
    const int result = mbedtls_ssl_config_defaults(
        &config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    if (result != 0) return result;
    set_handshake_rules(config);
    mbedtls_ssl_conf_rng(&config, &Random::draw, &parts.random);
    mbedtls_ssl_conf_ca_chain(&config, &parts.authorities, nullptr);
    mbedtls_ssl_conf_authmode(&config,
                              parts.verify ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
    return context.identity() ? show_identity(config, *context.identity()) : 0;
}

bool verifies(const TlsContext::Parts& parts) { return parts.verify; }

bool is_memory_error(int code) noexcept {
    constexpr int high[] = {
        MBEDTLS_ERR_SSL_ALLOC_FAILED, MBEDTLS_ERR_X509_ALLOC_FAILED,
        MBEDTLS_ERR_PK_ALLOC_FAILED,  MBEDTLS_ERR_CIPHER_ALLOC_FAILED,
        MBEDTLS_ERR_MD_ALLOC_FAILED,  MBEDTLS_ERR_ECP_ALLOC_FAILED,
        MBEDTLS_ERR_PEM_ALLOC_FAILED,
    };
    const int positive = -code;
    const int low = -(positive & 0x7f);
    if (low == MBEDTLS_ERR_MPI_ALLOC_FAILED || low == MBEDTLS_ERR_ASN1_ALLOC_FAILED) return true;
    return std::find(std::begin(high), std::end(high), -(positive & 0xff80)) != std::end(high);
}

std::string mbedtls_words(int code) {
    std::array<char, 200> text{};
    mbedtls_strerror(code, text.data(), text.size());
    return text.data();
}

} // namespace headstock::detail
