// Keys and certificates for tests, made at run time: every good and every wrong kind that
// a server may show.  Nothing of it is committed, nothing of it outlives the test.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::test {

/// One GeneralName of a subjectAltName, as DER.
std::string dns_name(std::string_view name);
std::string ip_address(std::string_view bytes); ///< 4 or 16 bytes
std::string uri_name(std::string_view uri);
std::string xmpp_address(std::string_view domain); ///< otherName id-on-xmppAddr (RFC 6120 13.7.1.4)
std::string srv_name(std::string_view service);    ///< otherName id-on-dnsSRV (RFC 4985)

/// An extension: its OID's content octets, and its DER value.
struct Extension {
    std::string oid;
    bool critical = false;
    std::string value{};
};
/// nameConstraints that permit `domain` only.
Extension permitted_only(std::string_view domain, bool critical);
enum class Purpose { server, client, any };
enum class SignatureHash { sha1, sha256, sha384, sha512 };
/// extendedKeyUsage, of an authority: what those that it signs may be used for.
Extension vouches_for(Purpose purpose);
/// One that nobody knows.
Extension unknown_extension(bool critical);

/// Dates are YYYYMMDDhhmmss, in UTC.
std::string days_from_now(int days);

struct Wanted {
    std::string subject = "CN=headstock test";
    std::vector<std::string> names{}; ///< no subjectAltName when empty
    std::string begins = days_from_now(-1);
    std::string ends = days_from_now(90);
    Purpose purpose = Purpose::server;
    bool authority = false;
    int path_length = -1;  ///< of an authority; -1: no limit
    unsigned rsa_bits = 0; ///< 0: P-256
    SignatureHash signed_with = SignatureHash::sha256;
    std::vector<Extension> more{};
};

/// A private key and its certificate, both PEM.  `certificate` may hold a chain behind it.
struct Identity {
    std::string subject{};
    std::string key{};
    std::string certificate{};
};

std::string hash_of(std::string_view bytes, SignatureHash hash);

/// Throws std::runtime_error with mbedTLS's words when something cannot be made.
Identity self_signed(const Wanted& wanted);
Identity signed_by(const Identity& issuer, const Wanted& wanted);
/// Another certificate for the key of `old`.
Identity renewed_by(const Identity& issuer, const Wanted& wanted, const Identity& old);
Identity make_authority(std::string subject = "CN=headstock test CA");

/// A file that is removed with this object.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view content);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    int process_;
    std::string path_;
};

/// A random source with the signature that mbedTLS wants; good for tests only.
int fill_random(void* unused, unsigned char* out, std::size_t size) noexcept;

} // namespace headstock::test
