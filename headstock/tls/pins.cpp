#include "headstock/tls/pins.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/concat.hpp"

#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <string_view>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::string_view of_key = "sha256//";
constexpr std::string_view of_certificate = "cert-sha256//";
constexpr std::size_t hash_size = digest_size(Hash::sha256);
constexpr std::size_t longest_shown = 128;

std::string pin_of(std::string_view kind, const mbedtls_x509_buf& der) {
    const std::string_view bytes{reinterpret_cast<const char*>(der.p), der.len};
    return concat({kind, base64_encode(digest(Hash::sha256, bytes).view())});
}

int hex_digit(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto at = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    return at == digits.npos ? -1 : static_cast<int>(at);
}

// "AB:CD:...", or nothing.
std::string bytes_of_hex(std::string_view text) {
    std::string bytes;
    if (text.size() != hash_size * 3 - 1) return bytes;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        const bool parted = i + 2 == text.size() || text[i + 2] == ':';
        if (high < 0 || low < 0 || !parted) return {};
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

// base64_decode() takes one spelling only, so equal hashes are equal text.
std::string normal_form(const std::string& entry) {
    for (const auto kind : {of_key, of_certificate}) {
        if (!std::string_view{entry}.starts_with(kind)) continue;
        const auto hash = base64_decode(std::string_view{entry}.substr(kind.size()));
        return hash && hash->size() == hash_size ? entry : std::string{};
    }
    const auto hash = bytes_of_hex(entry);
    return hash.empty() ? hash : concat({of_certificate, base64_encode(hash)});
}

} // namespace

std::optional<std::vector<std::string>> read_pins(const std::vector<std::string>& entries,
                                                  Error& error) {
    std::vector<std::string> pins;
    for (const auto& entry : entries) {
        auto pin = normal_form(entry);
        if (pin.empty()) {
            error = {Errc::invalid_option,
                     concat({"Options::pins: \"", printable(entry, longest_shown),
                             "\" is no pin; one is sha256// or cert-sha256// and the base64 of the "
                             "32 bytes of a SHA-256 hash, or those of a certificate's in "
                             "hexadecimal with colons between them"})};
            return std::nullopt;
        }
        pins.push_back(std::move(pin));
    }
    return pins;
}

std::string key_pin(const mbedtls_x509_crt& certificate) {
    return pin_of(of_key, certificate.pk_raw);
}

std::string certificate_pin(const mbedtls_x509_crt& certificate) {
    return pin_of(of_certificate, certificate.raw);
}

} // namespace headstock::detail
