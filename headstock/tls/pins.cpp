#include "headstock/tls/pins.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/concat.hpp"

#include <mbedtls/x509_crt.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace headstock::detail {
namespace {

constexpr std::string_view of_key = "sha256//";
constexpr std::string_view of_certificate = "cert-sha256//";
constexpr std::size_t hash_size = digest_size(Hash::sha256);
constexpr std::size_t longest_shown_pin = 128;

std::string pin_of(std::string_view kind, std::string_view hash) {
    return concat({kind, base64_encode(hash)});
}
std::string pin_of(std::string_view kind, const mbedtls_x509_buf& der) {
    const std::string_view bytes{reinterpret_cast<const char*>(der.p), der.len};
    return pin_of(kind, digest(Hash::sha256, bytes).view());
}

// "AB:CD:...".
bool read_hex(std::string_view text, std::array<char, hash_size>& hash) {
    if (text.size() != hash_size * 3 - 1) return false;
    const auto* at = text.data();
    for (std::size_t i = 0; i < hash_size; ++i, at += 3) {
        unsigned byte = 0;
        if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) return false;
        if (i + 1 < hash_size && at[2] != ':') return false;
        hash[i] = static_cast<char>(byte);
    }
    return true;
}

bool has_hash(std::string_view entry, std::string_view kind) {
    if (!entry.starts_with(kind)) return false;
    const auto hash = base64_decode(entry.substr(kind.size()));
    return hash && hash->size() == hash_size;
}

// base64_decode() takes one spelling only, so equal hashes are equal text.
bool normalize(std::string& entry) {
    if (has_hash(entry, of_key) || has_hash(entry, of_certificate)) return true;
    std::array<char, hash_size> hash{};
    if (!read_hex(entry, hash)) return false;
    const auto pin = pin_of(of_certificate, {hash.data(), hash.size()});
    entry = pin;
    return true;
}

} // namespace

Error normalize_pins(std::vector<std::string>& entries) {
    constexpr auto wanted = "\" is no pin; one is sha256//BASE64, cert-sha256//BASE64, or a "
                            "certificate's SHA-256 hash as AB:CD:...";
    for (auto& entry : entries) {
        if (!normalize(entry))
            return {Errc::invalid_option,
                    concat({"Options::pins: \"", printable(entry, longest_shown_pin), wanted})};
    }
    return {};
}

std::string key_pin(const mbedtls_x509_crt& certificate) {
    return pin_of(of_key, certificate.pk_raw);
}

std::string certificate_pin(const mbedtls_x509_crt& certificate) {
    return pin_of(of_certificate, certificate.raw);
}

} // namespace headstock::detail
