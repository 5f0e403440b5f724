#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"

#include <doctest/doctest.h>
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <new>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

using namespace std::string_literals;
using namespace headstock::detail;

namespace {

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
}

struct Derivation {
    Hash hash;
    unsigned iterations;
    std::string password;
    std::string salt;
    const char* key; // hex; its length is what is compared
};

} // namespace

TEST_CASE("PBKDF2 gives the keys of RFC 6070 and their SHA-2 counterparts") {
    const std::string p = "password";
    const std::string s = "salt";
    const Derivation rows[] = {
        {Hash::sha1, 1, p, s, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
        {Hash::sha1, 2, p, s, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"},
        {Hash::sha1, 4096, p, s, "4b007901b765489abead49d926f721d065a429c1"},
        // asked for 25 bytes: the first 20 are those of one block
        {Hash::sha1, 4096, "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt",
         "3d2eec4fe41c849b80c8d83662c0e44a8b291a96"},
        {Hash::sha1, 4096, "pass\0word"s, "sa\0lt"s, "56fa6aa75548099dcc37d7f03425e0c3"},
        {Hash::sha256, 1, p, s, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"},
        {Hash::sha256, 2, p, s, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43"},
        {Hash::sha256, 4096, p, s,
         "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"},
        {Hash::sha512, 1, p, s,
         "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
         "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"},
        {Hash::sha512, 4096, p, s,
         "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
         "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.key);
        const std::string key = row.key;
        CHECK(hex(pbkdf2(row.hash, row.password, row.salt, row.iterations).view())
                  .substr(0, key.size()) == key);
    }
}

namespace {

int mbedtls_pbkdf2(mbedtls_md_type_t hash,
                   std::string_view password,
                   std::string_view salt,
                   unsigned rounds,
                   Digest& key) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    const auto size = static_cast<std::uint32_t>(key.size());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pkcs5_pbkdf2_hmac_ext(hash, bytes(password), password.size(), bytes(salt),
                                         salt.size(), rounds, size, key.data());
#else
    mbedtls_md_context_t context;
    mbedtls_md_init(&context);
    int result = mbedtls_md_setup(&context, mbedtls_md_info_from_type(hash), 1);
    if (result == 0)
        result = mbedtls_pkcs5_pbkdf2_hmac(&context, bytes(password), password.size(), bytes(salt),
                                           salt.size(), rounds, size, key.data());
    mbedtls_md_free(&context);
    return result;
#endif
}

constexpr std::pair<Hash, mbedtls_md_type_t> all_hashes[] = {{Hash::sha1, MBEDTLS_MD_SHA1},
                                                             {Hash::sha256, MBEDTLS_MD_SHA256},
                                                             {Hash::sha512, MBEDTLS_MD_SHA512}};

template <class F>
double processor_time(F&& f) {
    const auto begin = std::clock();
    f();
    return static_cast<double>(std::clock() - begin);
}

} // namespace

TEST_CASE("PBKDF2 gives the keys of mbedTLS for passwords around a block of the hash (issue 9.7)") {
    for (const auto& [hash, type] : all_hashes) {
        for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 127u, 128u, 129u, 1000u}) {
            for (const unsigned rounds : {1u, 2u, 1023u, 1024u, 1025u, 2048u}) {
                CAPTURE(size);
                CAPTURE(rounds);
                const std::string password(size, 'p');
                Digest theirs(hash);
                REQUIRE(mbedtls_pbkdf2(type, password, "some salt", rounds, theirs) == 0);
                CHECK(pbkdf2(hash, password, "some salt", rounds).view() == theirs.view());
            }
        }
    }
}

TEST_CASE("PBKDF2 costs no more than that of mbedTLS (issue 9.7)") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr double most = 4; // the sanitizer watches our loop, and not mbedTLS's
#elif defined(HEADSTOCK_COUNTS_LINES)
    constexpr double most = 10; // as gcov does, one atomic addition for each branch
#else
    constexpr double most = 1.3; // it hashes half as much, not optimised; twice as much is 2
#endif
    for (const auto& each : all_hashes) {
        const auto hash = each.first;
        const auto type = each.second;
        constexpr unsigned rounds = 20'000;
        double ratio = 100;
        for (int best_of = 0; best_of < 5; ++best_of) {
            Digest theirs(hash);
            const auto other =
                processor_time([&] { mbedtls_pbkdf2(type, "pencil", "salt", rounds, theirs); });
            const auto own = processor_time([&] { pbkdf2(hash, "pencil", "salt", rounds); });
            ratio = std::min(ratio, own / other);
        }
        CHECK(ratio < most);
    }
}

TEST_CASE("PBKDF2 stops when it is told, whatever the rounds (issue 9.7)") {
    const std::atomic<bool> stop{true};
    for (const auto& each : all_hashes) {
        CHECK_FALSE(pbkdf2(each.first, "pencil", "salt", 4'000'000'000, stop)); // an hour
        CHECK(pbkdf2(each.first, "pencil", "salt", 1000, stop)); // done before it looks
    }
}

TEST_CASE("HMAC gives the values of RFC 2202 and RFC 4231") {
    const std::string key(20, '\x0b');
    CHECK(hex(hmac(Hash::sha1, key, "Hi There").view()) ==
          "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(hex(hmac(Hash::sha256, key, "Hi There").view()) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac(Hash::sha512, key, "Hi There").view()) ==
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
          "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
}

TEST_CASE("digests of nothing and of a component handshake of XEP-0114") {
    CHECK(hex(digest(Hash::sha1, {}).view()) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(hex(digest(Hash::sha256, {}).view()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(digest(Hash::sha1, "3BF96D32test").view()) ==
          "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e");
    for (const auto hash : {Hash::sha1, Hash::sha256, Hash::sha512}) {
        CHECK(available(hash));
        CHECK(digest(hash, "x").size() == digest_size(hash));
    }
}

TEST_CASE("base64 is written and read as in RFC 4648") {
    struct Row {
        std::string bytes;
        std::string text;
    };
    const Row rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\0\0\0"s, "AAAA"},
        {"\xff\xff\xff", "////"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(base64_encode(row.bytes) == row.text);
        CHECK(base64_decode(row.text) == row.bytes);
    }
}

TEST_CASE("base64 that is not canonical is refused") {
    const std::string rows[] = {
        "=",        "Zg=",   "Zg",   "Zg===",       "Z===",   "Zm9v=", "Zm9vYg==Zg==",
        "Zm9v!",    "Zm-_",  "Zh==", "Zm9v\0Zm9v"s, "Zm9v\n", " Zm9v", "Zm\n9v",
        "Zm9v\r\n", "Zm9 v", "====", "Zm9\xC3",     "Zg==\n",
    };
    for (const auto& text : rows) {
        CAPTURE(text);
        CHECK_FALSE(base64_decode(text));
    }
}

TEST_CASE("base64 of every length comes back") {
    for (std::size_t size = 0; size < 300; ++size) {
        const auto bytes = random_bytes(size);
        CHECK(base64_decode(base64_encode(bytes)) == bytes);
    }
}

TEST_CASE("the comparison in constant time tells sizes and every byte apart") {
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
    CHECK_FALSE(equal_in_constant_time("abc", ""));
    const std::string a(32, 'a');
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto b = a;
        b[i] = 'b';
        CHECK_FALSE(equal_in_constant_time(a, b));
    }
}

TEST_CASE("B16: tokens are long, url-safe and distinct, a million of them") {
    std::vector<Token> made(1'000'000);
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    bool all_fit = true;
    for (auto& token : made) {
        token = make_token();
        all_fit = all_fit && std::all_of(token.begin(), token.end(), fits);
    }
    CHECK(all_fit);
    CHECK(random_token().size() == 24);
    std::sort(made.begin(), made.end());
    CHECK(std::adjacent_find(made.begin(), made.end()) == made.end());
}

TEST_CASE("tokens made by several threads are distinct") {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    threads.reserve(made.size());
    for (auto& tokens : made) {
        threads.emplace_back([&tokens] {
            for (int i = 0; i < 1000; ++i) tokens.push_back(random_token());
        });
    }
    for (auto& thread : threads) thread.join();
    std::unordered_set<std::string> seen;
    for (const auto& tokens : made) seen.insert(tokens.begin(), tokens.end());
    CHECK(seen.size() == 4000);
}

TEST_CASE("B16: a forked child makes other tokens than its parent") {
    const auto before = random_token();
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto token = random_token();
        const bool written =
            write(ends[1], token.data(), token.size()) == static_cast<ssize_t>(token.size());
        _exit(written ? 0 : 1);
    }
    const auto own = random_token();
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    std::string theirs(own.size(), '\0');
    CHECK(read(ends[0], theirs.data(), theirs.size()) == static_cast<ssize_t>(theirs.size()));
    close(ends[0]);
    close(ends[1]);
    CHECK(theirs != own);
    CHECK(theirs != before);
}

TEST_CASE("random bytes come in any amount, beyond what the system gives at once") {
    for (const std::size_t size : {0U, 1U, 255U, 256U, 257U, 5000U}) {
        const auto bytes = random_bytes(size);
        CHECK(bytes.size() == size);
        if (size >= 255)
            CHECK(std::count(bytes.begin(), bytes.end(), bytes.back()) <
                  static_cast<long>(size / 2));
    }
    // the last stretch was filled as well: two of them differ
    CHECK(random_bytes(600).substr(512) != random_bytes(600).substr(512));
}

TEST_CASE("wipe overwrites all of it") {
    std::string text(40, 'x');
    wipe(text.data(), text.size());
    CHECK(text == std::string(40, '\0'));
    text = "secret";
    wipe(text);
    CHECK(text.empty());
}

TEST_CASE("a digest leaves nothing behind when it ends") {
    alignas(Digest) unsigned char place[sizeof(Digest)];
    auto* key = new (place) Digest(digest(Hash::sha512, "x"));
    const std::string bytes(key->view());
    REQUIRE(std::search(std::begin(place), std::end(place), bytes.begin(), bytes.end(),
                        [](auto a, char b) { return a == static_cast<unsigned char>(b); }) !=
            std::end(place));
    key->~Digest();
    std::size_t zeros = 0;
    for (const volatile unsigned char& byte : place) zeros += byte == 0;
    CHECK(zeros >= digest_size(Hash::sha512));
}

TEST_CASE("a secret moves without a copy and copies on request") {
    Secret first{"r0m30myr0m30"};
    const auto* bytes = first.view().data();
    Secret second{std::move(first)};
    CHECK(first.empty()); // NOLINT: reading it is the test
    CHECK(second.view().data() == bytes);
    CHECK(second.view() == "r0m30myr0m30");

    const Secret third = second;
    second.clear();
    CHECK(second.empty());
    CHECK(third.view() == "r0m30myr0m30");

    first = third;
    CHECK(first.view() == third.view());
    first = Secret{};
    CHECK(first.empty());
    auto& self = first;
    first = third;
    first = self;
    CHECK(first.view() == "r0m30myr0m30");
}
