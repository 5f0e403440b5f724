#include "headstock/detail/crypto.hpp"

#include "bridge/detail/block.hpp"
#include "headstock/detail/secret.hpp"

extern "C" { // mbedTLS 2.28 forgot it in this one header
#include <mbedtls/constant_time.h>
}

#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>

#include <pthread.h>
#include <sys/random.h>
#include <unistd.h>

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

#if MBEDTLS_VERSION_NUMBER >= 0x03030000
int pbkdf2_into(
    Digest& key, Hash hash, std::string_view password, std::string_view salt, unsigned rounds) {
    return mbedtls_pkcs5_pbkdf2_hmac_ext(type_of(hash), bytes_of(password), password.size(),
                                         bytes_of(salt), salt.size(), rounds,
                                         static_cast<std::uint32_t>(key.size()), key.data());
}
#else
int pbkdf2_into(
    Digest& key, Hash hash, std::string_view password, std::string_view salt, unsigned rounds) {
    mbedtls_md_context_t context;
    mbedtls_md_init(&context);
    int result = mbedtls_md_setup(&context, info_of(hash), 1);
    if (result == 0) {
        result = mbedtls_pkcs5_pbkdf2_hmac(&context, bytes_of(password), password.size(),
                                           bytes_of(salt), salt.size(), rounds,
                                           static_cast<std::uint32_t>(key.size()), key.data());
    }
    mbedtls_md_free(&context);
    return result;
}
#endif

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

// How often this process became another one.  What was drawn before a fork belongs to the parent.
std::atomic<unsigned> forks{0};

unsigned watch_forks() {
    const int failed = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); });
    if (failed != 0) throw std::bad_alloc();
    return forks;
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

// Tokens drawn ahead: a call of the system for each would cost more than the stanza it is for.  One store
// for each thread.  A token is public once it is used, so nothing here is worth wiping.
class Tokens {
public:
    const Token& draw() {
        static const unsigned watched = watch_forks();
        static_cast<void>(watched);
        if (const auto now = forks.load(std::memory_order_relaxed);
            left_ == 0 || now != drawn_in_) {
            refill();
            drawn_in_ = now;
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
    unsigned drawn_in_ = 0;
};

} // namespace

void wipe(void* bytes, std::size_t size) noexcept {
    if (size != 0) mbedtls_platform_zeroize(bytes, size);
}

void append_secret(std::string& text, std::string_view more) {
    const auto size = text.size() + more.size();
    if (size > text.capacity()) {
        std::string larger;
        larger.reserve(std::max(size, 2 * text.capacity()));
        larger += text;
        text.swap(larger);
        wipe(larger);
    }
    text += more;
}

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

Digest pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned iterations) {
    Digest key(hash);
    check(pbkdf2_into(key, hash, password, salt, iterations));
    return key;
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
