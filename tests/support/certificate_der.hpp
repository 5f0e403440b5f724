// A certificate of the tests as DER, which is what is hashed of it.
#pragma once

#include "headstock/crypto/crypto.hpp"
#include "tests/support/certificates.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace headstock::test {

/// The first one of its chain.
inline std::string der_of(const Identity& identity) {
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
    const auto at = identity.certificate.find(begin) + begin.size();
    auto base64 = identity.certificate.substr(at, identity.certificate.find("-----END", at) - at);
    std::erase_if(base64, [](char c) { return c == '\n' || c == '\r'; });
    return detail::base64_decode(base64).value();
}

} // namespace headstock::test
