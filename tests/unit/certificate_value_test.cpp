// ServerCertificate: what a program reads of a certificate.
#include "headstock/server_certificate.hpp"

#include "headstock/crypto/crypto.hpp"
#include "tests/support/certificates.hpp"

#include <doctest/doctest.h>
#include <mbedtls/pk.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

using namespace headstock;
using namespace headstock::test;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

std::string der_of(const std::string& pem) {
    const auto begin = pem.find('\n') + 1;
    auto base64 = pem.substr(begin, pem.find("-----END") - begin);
    std::erase(base64, '\n');
    return detail::base64_decode(base64).value();
}

ServerCertificate value_of(const Identity& identity) {
    return {.domain = "e.test", .der = der_of(identity.certificate)};
}

// The DER of the key itself, out of the private key's file and not out of the certificate.
std::string public_key_of(const Identity& identity) {
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const auto* pem = reinterpret_cast<const unsigned char*>(identity.key.c_str());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    REQUIRE(mbedtls_pk_parse_key(&key, pem, identity.key.size() + 1, nullptr, 0, fill_random,
                                 nullptr) == 0);
#else
    REQUIRE(mbedtls_pk_parse_key(&key, pem, identity.key.size() + 1, nullptr, 0) == 0);
#endif
    std::string room(1000, '\0');
    auto* const begin = reinterpret_cast<unsigned char*>(room.data());
    const int size = mbedtls_pk_write_pubkey_der(&key, begin, room.size()); // at the room's end
    mbedtls_pk_free(&key);
    REQUIRE(size > 0);
    return room.substr(room.size() - static_cast<std::size_t>(size));
}

std::string hash_of(const std::string& bytes) {
    return detail::base64_encode(detail::digest(detail::Hash::sha256, bytes).view());
}

} // namespace

TEST_CASE("server certificate: whom it is for, who signed it, and when it is valid") {
    Wanted wanted;
    wanted.subject = "CN=example.org,O=Example";
    wanted.begins = "20240229235958";
    wanted.ends = "20991231000001";
    wanted.names = {dns_name("example.org"),
                    dns_name({"a\0b\x1b[2J", 7}),
                    uri_name("xmpp://example.org"),
                    srv_name("_xmpp-client.example.org"),
                    xmpp_address("example.org"),
                    ip_address({"\xc0\0\2\1", 4}),
                    ip_address(std::string(15, '\0') + '\1')};
    const auto value = value_of(signed_by(make_authority("CN=An authority"), wanted));
    CHECK(value.subject() == "CN=example.org, O=Example");
    CHECK(value.issuer() == "CN=An authority");
    CHECK(value.names() == Names{"example.org", "a?b?[2J", "_xmpp-client.example.org",
                                 "xmpp:example.org", "192.0.2.1", "::1"});
    using std::chrono::sys_days;
    CHECK(value.valid_from() == sys_days{2024y / 2 / 29} + 23h + 59min + 58s);
    CHECK(value.valid_until() == sys_days{2099y / 12 / 31} + 1s);
}

TEST_CASE("server certificate: its PEM is what it was made of, line by line") {
    const auto identity = self_signed({});
    CHECK(value_of(identity).pem() == identity.certificate);
}

TEST_CASE("server certificate: the pins are hashes of the key and of the whole (RFC 7469 2.4)") {
    for (const unsigned rsa_bits : {0u, 2048u}) {
        Wanted wanted;
        wanted.rsa_bits = rsa_bits;
        const auto identity = self_signed(wanted);
        const auto value = value_of(identity);
        CHECK(value.key_pin() == "sha256//" + hash_of(public_key_of(identity)));
        CHECK(value.certificate_pin() == "cert-sha256//" + hash_of(value.der));
    }
}

TEST_CASE("server certificate: of what is none there is nothing to read") {
    const auto good = der_of(self_signed({}).certificate);
    for (const auto& der : {std::string{}, std::string{"no certificate"}, good.substr(1),
                            good.substr(0, good.size() - 1)}) {
        const ServerCertificate value{.der = der};
        CHECK(value.subject().empty());
        CHECK(value.issuer().empty());
        CHECK(value.names().empty());
        CHECK(value.valid_from() == std::chrono::sys_seconds{});
        CHECK(value.valid_until() == std::chrono::sys_seconds{});
        CHECK(value.key_pin().empty());
        CHECK(value.certificate_pin().empty());
        CHECK(value.pem().empty() == der.empty());
    }
}
