// Pins: hashes of the keys or certificates of which a server must show one (RFC 7469 2.4).
#pragma once

#include "headstock/error.hpp"

#include <string>
#include <vector>

struct mbedtls_x509_crt;

namespace headstock::detail {

/// Writes the entries of Options::pins in the one spelling that the functions below give.
/// Errc::invalid_option when one of them cannot be read.
Error normalize_pins(std::vector<std::string>& entries);

/// "sha256//" and the base64 of the SHA-256 hash of its SubjectPublicKeyInfo's DER.
std::string key_pin(const mbedtls_x509_crt& certificate);
/// "cert-sha256//" and the base64 of the SHA-256 hash of its DER.
std::string certificate_pin(const mbedtls_x509_crt& certificate);

} // namespace headstock::detail
