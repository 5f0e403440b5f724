// Linked by programs that look into a certificate, and by no others.
#include "headstock/server_certificate.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/tls/certificate.hpp"
#include "headstock/tls/pins.hpp"

#include <mbedtls/x509_crt.h>

#include <cerrno>
#include <cstddef>
#include <new>
#include <string_view>

namespace headstock {
namespace {

constexpr std::size_t pem_line = 64; // RFC 7468 section 2

class Parsed {
public:
    explicit Parsed(const std::string& der) {
        mbedtls_x509_crt_init(&certificate_);
        errno = 0;
        const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
        good_ = mbedtls_x509_crt_parse_der(&certificate_, bytes, der.size()) == 0;
        if (good_ || errno != ENOMEM) return;
        mbedtls_x509_crt_free(&certificate_);
        throw std::bad_alloc{};
    }
    ~Parsed() { mbedtls_x509_crt_free(&certificate_); }
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;

    explicit operator bool() const { return good_; }
    const mbedtls_x509_crt& operator*() const { return certificate_; }
    const mbedtls_x509_crt* operator->() const { return &certificate_; }

private:
    mbedtls_x509_crt certificate_{};
    bool good_ = false;
};

std::chrono::sys_seconds moment_of(const mbedtls_x509_time& time) {
    using namespace std::chrono;
    const auto number = [](int value) { return static_cast<unsigned>(value); };
    return sys_days{year{time.year} / month{number(time.mon)} / day{number(time.day)}} +
           hours{time.hour} + minutes{time.min} + seconds{time.sec};
}

} // namespace

std::string ServerCertificate::pem() const {
    const auto base64 = detail::base64_encode(der);
    std::string text = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < base64.size(); at += pem_line) {
        text.append(base64, at, pem_line);
        text += '\n';
    }
    text += "-----END CERTIFICATE-----\n";
    return der.empty() ? std::string{} : text;
}

std::string ServerCertificate::subject() const {
    const Parsed certificate{der};
    return certificate ? detail::text_of(certificate->subject) : std::string{};
}

std::string ServerCertificate::issuer() const {
    const Parsed certificate{der};
    return certificate ? detail::text_of(certificate->issuer) : std::string{};
}

std::vector<std::string> ServerCertificate::names() const {
    const Parsed certificate{der};
    return certificate ? detail::names_in(*certificate).list() : std::vector<std::string>{};
}

std::chrono::sys_seconds ServerCertificate::valid_from() const {
    const Parsed certificate{der};
    return certificate ? moment_of(certificate->valid_from) : std::chrono::sys_seconds{};
}

std::chrono::sys_seconds ServerCertificate::valid_until() const {
    const Parsed certificate{der};
    return certificate ? moment_of(certificate->valid_to) : std::chrono::sys_seconds{};
}

std::string ServerCertificate::key_pin() const {
    const Parsed certificate{der};
    return certificate ? detail::key_pin(*certificate) : std::string{};
}

std::string ServerCertificate::certificate_pin() const {
    const Parsed certificate{der};
    return certificate ? detail::certificate_pin(*certificate) : std::string{};
}

} // namespace headstock
