// Hashes, key derivation, base64 and random bytes, as SASL and ids need them: all of it mbedTLS's
// and the system's, behind types that have no mbedTLS in them.
//
// Every function here is pure but for the random ones, and all may be called from any thread.  What
// the test kit needs of it is shown by the shared library (HEADSTOCK_API), and is no promise.
#pragma once

#include "headstock/export.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

enum class Hash : std::uint8_t { sha1, sha256, sha512 };

/// Bytes in a digest; the one place that knows.
constexpr std::size_t digest_size(Hash hash) {
    switch (hash) {
    case Hash::sha1:
        return 20;
    case Hash::sha256:
        return 32;
    case Hash::sha512:
        break;
    }
    return 64;
}

/// A digest or a key of its size, held in place and wiped when it ends.
class HEADSTOCK_API Digest {
public:
    Digest() = default;
    explicit Digest(Hash hash) : size_(digest_size(hash)) {}
    Digest(const Digest&) = default;
    Digest& operator=(const Digest&) = default;
    ~Digest();

    unsigned char* data() { return bytes_.data(); }
    std::size_t size() const { return size_; }
    std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), size_}; }

private:
    std::array<unsigned char, digest_size(Hash::sha512)> bytes_{};
    std::size_t size_ = 0;
};

/// Whether this build of mbedTLS has the hash.  The functions below throw std::runtime_error for
/// one that it has not, and std::bad_alloc.
bool available(Hash hash) noexcept;

HEADSTOCK_API Digest digest(Hash hash, std::string_view data);
HEADSTOCK_API Digest hmac(Hash hash, std::string_view key, std::string_view data);

/// PBKDF2 (RFC 8018 5.2) with HMAC, one digest long.  `iterations` is at least 1.  10,000 rounds
/// cost about 2 ms with SHA-1, 5 ms with SHA-256 and 9 ms with SHA-512: half of what mbedTLS's own
/// takes.
HEADSTOCK_API Digest pbkdf2(Hash hash,
                            std::string_view password,
                            std::string_view salt,
                            unsigned iterations);
/// The same until `stop` is set, which is looked at every 1,024 rounds: then nothing, and what was
/// hashed so far is wiped.
std::optional<Digest> pbkdf2(Hash hash,
                             std::string_view password,
                             std::string_view salt,
                             unsigned iterations,
                             const std::atomic<bool>& stop);

/// In a time that depends on the sizes only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

HEADSTOCK_API std::string base64_encode(std::string_view bytes);
/// Canonical base64 only (RFC 4648 section 4): padded, without white space, unused bits zero.
/// White space around it is the caller's to trim.
HEADSTOCK_API std::optional<std::string> base64_decode(std::string_view text);

/// From the system's generator at each call, so a forked child never repeats its parent.  Throws
/// std::system_error where the system has none to give.
std::string random_bytes(std::size_t size);

/// 24 characters of A-Z a-z 0-9 - _ with 144 random bits: for nonces and ids.  Drawn ahead for some
/// tokens at a time, by each thread, and anew behind a fork(), so a child never repeats its parent.
using Token = std::array<char, 24>;
Token make_token();
std::string random_token();

} // namespace headstock::detail
