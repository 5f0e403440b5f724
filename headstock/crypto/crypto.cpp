#include "headstock/crypto/crypto.hpp"

#include "bridge/detail/block.hpp"
#include "headstock/base/process.hpp"
#include "headstock/crypto/secret.hpp"

extern "C" { // mbedTLS 2.28 forgot it in this one header
#include <mbedtls/constant_time.h>
}

#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>

namespace headstock::detail {

using bridge::detail::Block;

namespace {

constexpr unsigned rounds_between_looks = 1024; // a millisecond
constexpr std::size_t tokens_ahead = 42; // a kilobyte; a call costs as much as some 150 bytes

mbedtls_md_type_t type_of(Hash hash) {
    switch (hash) {
    case Hash::sha1:
        return MBEDTLS_MD_SHA1;
    case Hash::sha256:
        return MBEDTLS_MD_SHA256;
    case Hash::sha512:
        break;
    }
    return MBEDTLS_MD_SHA512;
}

const mbedtls_md_info_t* info_of(Hash hash) { return mbedtls_md_info_from_type(type_of(hash)); }

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void check(int result) {
    if (result == 0) return;
    if (result == MBEDTLS_ERR_MD_ALLOC_FAILED) throw std::bad_alloc();
    throw std::runtime_error("mbedTLS was built without a hash that is needed");
}

// One hash under way.
class Hashing {
public:
    explicit Hashing(Hash hash) {
        mbedtls_md_init(&context_);
        check(mbedtls_md_setup(&context_, info_of(hash), 0));
    }
    ~Hashing() { mbedtls_md_free(&context_); }
    Hashing(const Hashing&) = delete;
    Hashing& operator=(const Hashing&) = delete;

    void start() { check(mbedtls_md_starts(&context_)); }
    void start_as(const Hashing& other) { check(mbedtls_md_clone(&context_, &other.context_)); }
    void add(std::string_view bytes) {
        check(mbedtls_md_update(&context_, bytes_of(bytes), bytes.size()));
    }
    void finish(Digest& result) { check(mbedtls_md_finish(&context_, result.data())); }

private:
    mbedtls_md_context_t context_;
};

// HMAC (RFC 2104) with one key for many messages.  What the key makes of both hashes is kept: a
// message of one digest costs two blocks then, where mbedTLS's own HMAC and PBKDF2 hash four.
class KeyedHash {
public:
    KeyedHash(Hash hash, std::string_view key)
        : inner_(hash), outer_(hash), work_(hash), result_(hash) {
        const std::size_t block = hash == Hash::sha512 ? 128 : 64;
        Digest shorter;
        if (key.size() > block) key = (shorter = digest(hash, key)).view();
        begin(inner_, key, block, 0x36);
        begin(outer_, key, block, 0x5c);
    }

    /// The digest of `a` and `b` in a row; valid until the next one.
    const Digest& of(std::string_view a, std::string_view b = {}) {
        work_.start_as(inner_);
        work_.add(a);
        if (!b.empty()) work_.add(b);
        work_.finish(result_);
        work_.start_as(outer_);
        work_.add(result_.view());
        work_.finish(result_);
        return result_;
    }

private:
    static void begin(Hashing& hashing, std::string_view key, std::size_t block, char pad) {
        std::array<char, 128> padded;
        for (std::size_t i = 0; i < block; ++i)
            padded[i] = static_cast<char>((i < key.size() ? key[i] : 0) ^ pad);
        hashing.start();
        hashing.add({padded.data(), block});
        wipe(padded.data(), padded.size());
    }

    Hashing inner_;
    Hashing outer_;
    Hashing work_;
    Digest result_;
};

void mix(Digest& into, const Digest& other) {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    for (std::size_t at = 0; at < into.size(); at += sizeof a) {
        std::memcpy(&a, into.data() + at, sizeof a);
        std::memcpy(&b, other.view().data() + at, sizeof b);
        a ^= b;
        std::memcpy(into.data() + at, &a, sizeof a);
    }
}

void fill_random(unsigned char* bytes, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const auto drawn = getrandom(bytes + done, size - done, 0);
        if (drawn < 0 && errno == EINTR) continue;
        if (drawn < 0) {
            throw std::system_error(errno, std::generic_category(),
                                    "no random bytes from the system");
        }
        done += static_cast<std::size_t>(drawn);
    }
}

// One of A-Z a-z 0-9 - _ by six bits of each byte.
Block letters_of(Block random) {
    const auto when = [](auto found, char value) {
        return reinterpret_cast<Block>(found) & static_cast<unsigned char>(value);
    };
    const Block six = random & 63;
    return six + 'A' + when(six > 25, 'a' - 'Z' - 1) - when(six > 51, 'z' + 1 - '0') -
           when(six > 61, '9' + 1 - '-') + when(six > 62, '_' - '-' - 1);
}

// Tokens drawn ahead: a call of the system for each would cost more than the stanza it is for.  One
// store for each thread.  A token is public once it is used, so nothing here is worth wiping.
class Tokens {
public:
    const Token& draw() {
        if (left_ == 0 ||
            !drawn_in_.may_be_here()) { // what was drawn before a fork is the parent's
            refill();
            drawn_in_ = {};
        }
        return tokens_[--left_];
    }

private:
    void refill() {
        char* const bytes = reinterpret_cast<char*>(tokens_.data());
        static_assert(sizeof tokens_ % sizeof(Block) == 0);
        left_ = 0; // until there are bytes
        fill_random(reinterpret_cast<unsigned char*>(bytes), sizeof tokens_);
        for (std::size_t at = 0; at < sizeof tokens_; at += sizeof(Block)) {
            const auto letters = letters_of(bridge::detail::load_block(bytes + at));
            std::memcpy(bytes + at, &letters, sizeof letters);
        }
        left_ = tokens_.size();
    }

    std::array<Token, tokens_ahead> tokens_{};
    std::size_t left_ = 0;
    Process drawn_in_{};
};

} // namespace

Digest::~Digest() { wipe(bytes_.data(), bytes_.size()); }

bool available(Hash hash) noexcept { return info_of(hash) != nullptr; }

Digest digest(Hash hash, std::string_view data) {
    Digest result(hash);
    check(mbedtls_md(info_of(hash), bytes_of(data), data.size(), result.data()));
    return result;
}

Digest hmac(Hash hash, std::string_view key, std::string_view data) {
    Digest result(hash);
    check(mbedtls_md_hmac(info_of(hash), bytes_of(key), key.size(), bytes_of(data), data.size(),
                          result.data()));
    return result;
}

std::optional<Digest> pbkdf2(Hash hash,
                             std::string_view password,
                             std::string_view salt,
                             unsigned iterations,
                             const std::atomic<bool>& stop) {
    KeyedHash keyed(hash, password);
    Digest key = keyed.of(salt, std::string_view{"\0\0\0\1", 4}); // the first block is all we need
    Digest last = key;
    for (unsigned round = 1; round < iterations; ++round) {
        if (round % rounds_between_looks == 0 && stop.load(std::memory_order_relaxed)) return {};
        last = keyed.of(last.view());
        mix(key, last);
    }
    return key;
}

Digest pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned iterations) {
    static constexpr std::atomic<bool> never{false};
    return *pbkdf2(hash, password, salt, iterations, never);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           (a.empty() || mbedtls_ct_memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string base64_encode(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // mbedTLS ends it with a NUL
    std::size_t size = 0;
    if (mbedtls_base64_encode(reinterpret_cast<unsigned char*>(text.data()), text.size(), &size,
                              bytes_of(bytes), bytes.size()) != 0) {
        throw std::length_error("too long for base64");
    }
    text.resize(size);
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    if (mbedtls_base64_decode(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), &size,
                              bytes_of(text), text.size()) != 0) {
        return std::nullopt;
    }
    bytes.resize(size);
    // mbedTLS overlooks line breaks and unused bits; only canonical text encodes back to itself.
    if (base64_encode(bytes) != text) return std::nullopt;
    return bytes;
}

std::string random_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    fill_random(reinterpret_cast<unsigned char*>(bytes.data()), size);
    return bytes;
}

Token make_token() {
    thread_local Tokens tokens;
    return tokens.draw();
}

std::string random_token() {
    const auto token = make_token();
    return {token.data(), token.size()};
}

} // namespace headstock::detail
