#include "headstock/login/scram.hpp"

#include "headstock/text/saslprep.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

using namespace std::string_literals;
using namespace headstock::detail;
using headstock::Errc;
using headstock::Error;
using Kind = SaslStep::Kind;

namespace {

struct Exchange {
    Hash hash;
    unsigned iterations;
    const char* name;
    const char* user;
    const char* password;
    std::string client_nonce;
    std::string server_nonce; // what the server adds
    const char* salt;
    const char* proof;
    const char* signature;

    std::string nonce() const { return client_nonce + server_nonce; }
    std::string server_first() const {
        return "r=" + nonce() + ",s=" + salt + ",i=" + std::to_string(iterations);
    }
};

// RFC 5802 5, RFC 6120 9.1, RFC 7677 3, and two with SHA-512.
const Exchange exchanges[] = {
    {Hash::sha1, 4096, "S1", "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j",
     "QSXCR+Q6sek8bf92", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {Hash::sha1, 4096, "S2", "juliet", "r0m30myr0m30", "oMsTAAwAAAAMAAAANP0TAAAAAABPU0AA",
     "e124695b-69a9-4de6-9c30-b51b3808c59e", "NjhkYTM0MDgtNGY0Zi00NjdmLTkxMmUtNDlmNTNmNDNkMDMz",
     "UA57tM/SvpATBkH2FXs0WDXvJYw=", "pNNDFVEQxuXxCoSEiW8GEZ+1RSo="},
    {Hash::sha256, 4096, "S3", "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
     "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
     "W22ZaJ0SNY7soEsUEjb6gQ==", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    {Hash::sha512, 10000, "S4", "user", "pencil", "/uAp+YhRXyuq+1zS3YWsUsZHpxLfGkcQ",
     "4FHzBxBhPzykjGStpoxdfs4Nyp1mtC9B", "W22ZaJ0SNY7soEsUEjb6gQ==",
     "E2tqtuwJz5ShFuck1/KeqZKCmGZe/Lxjyr6fTZio21wZtlpgyeYLNxxQXrLuK/FfMSCanyDRmI1q5KL1Tj54nQ==",
     "qKOkLNGdt0VrlVkoL3kXjhWmI4SjEfqw8ogXgikzbPOMh6gloo8Mrboq/q3cz0/7hIvcQ1N9VL4m7iiSTTyolQ=="},
    {Hash::sha512, 4096, "S5", "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
     "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==",
     "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
     "ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="},
    {Hash::sha1, 4096, "gs2 n", "user", "pass", "abcdefgh", "ABCDEFGH", "MTIzNDU2NzgK",
     "CZbjGDpIteIJwQNBgO0P8pKkMGY=", "Dd+Q20knZs9jeeK0pi1Mx1Se+yo="},
};
const Exchange& s1 = exchanges[0];

ScramClient client_of(const Exchange& row, const ScramLimits& limits = {}) {
    return ScramClient{{.hash = row.hash,
                        .username = row.user,
                        .password = Secret{row.password},
                        .nonce = row.client_nonce,
                        .limits = limits}};
}

// A client that has sent its first message.
ScramClient started(const Exchange& row = s1) {
    auto client = client_of(row);
    client.start();
    return client;
}

// A client that has sent its proof.
ScramClient proved(const Exchange& row = s1) {
    auto client = started(row);
    REQUIRE(client.challenge(row.server_first()).kind == Kind::derive);
    REQUIRE(client.derived(derive_keys(client.key_request())).kind == Kind::respond);
    return client;
}

std::string fault_in_first(const std::string& message, const ScramLimits& limits = {}) {
    auto client = client_of(s1, limits);
    client.start();
    const auto step = client.challenge(message);
    CHECK(step.kind == Kind::failed);
    CHECK(step.error.code == Errc::sasl_failed);
    CHECK(step.data.empty());
    // and it stays failed, whatever comes
    CHECK(client.challenge(s1.server_first()).kind == Kind::failed);
    CHECK(client.success("v="s + s1.signature));
    return step.error.text;
}

std::string hex_of(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        static constexpr char digits[] = "0123456789abcdef";
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

} // namespace

TEST_CASE("SCRAM speaks the published exchanges byte by byte") {
    for (const auto& row : exchanges) {
        CAPTURE(row.name);
        auto client = client_of(row);
        CHECK(client.start() == "n,,n="s + row.user + ",r=" + row.client_nonce);
        REQUIRE(client.challenge(row.server_first()).kind == Kind::derive);
        const auto step = client.derived(derive_keys(client.key_request()));
        CHECK(step.kind == Kind::respond);
        CHECK(step.data == "c=biws,r=" + row.nonce() + ",p=" + row.proof);
        CHECK_FALSE(client.success("v="s + row.signature));
    }
}

TEST_CASE("SCRAM derives the keys of RFC 5802 and RFC 7677") {
    const auto keys =
        derive_keys({Hash::sha1, Secret{"pencil"}, *base64_decode("QSXCR+Q6sek8bf92"), 4096});
    CHECK(hex_of(keys.client_key.view()) == "e234c47bf6c36696dd6d852b99aaa2ba26555728");
    CHECK(hex_of(keys.server_key.view()) == "0fe09258b3ac852ba502cc62ba903eaacdbf7d31");
    const auto longer = derive_keys(
        {Hash::sha256, Secret{"pencil"}, *base64_decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096});
    CHECK(hex_of(longer.client_key.view()) ==
          "a60fc923d67e8644a92d16b96eda5ef4656b0c725c484374be25535576996e8b");
    CHECK(hex_of(longer.server_key.view()) ==
          "c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5");
}

TEST_CASE("B10: SCRAM hashes user names and passwords in their prepared form") {
    struct Row {
        Hash hash;
        const char* user;
        const char* password;
        const char* proof;
        const char* signature;
    };
    const Row rows[] = {
        {Hash::sha1, "user", "pencil",
         "I4oktcY7BOL0Agn0NlWRXlRP1mg=", "oKPvB1bE/9ydptJ+kohMgL+NdM0="},
        {Hash::sha1, "user", "p\xC3\xA8ncil",
         "yn797N2/XhIwZBB29LhEs6D6XVw=", "a6QRQikpGygizEM4/rCOvkgdglI="},
        {Hash::sha1, "ram\xC3\xB5n", "pencil",
         "kvH02DJiH7oHwk+SKpN4plfpF04=", "BoA2mAPlV/b9A5WPDbHmHZi3EGc="},
        {Hash::sha1, "ramo\xCC\x81n", "p\xE2\x84\xABssword",
         "92sLIo0pB5IdEBOhBXx+t6Ew4pA=", "xS0F7g5YU4fvigpFAb8jTE8/S0E="},
        {Hash::sha256, "user", "pencil", "ItXnHvCDW7VGij6H+4rv2o93HvkLwrQaLkfVjeSMfrc=",
         "P61v8wxOu6B9J7Uij+Sk4zewSK1e6en6f5rCFO4OUNE="},
        {Hash::sha256, "user", "p\xC3\xA8ncil", "o6rKPfQCKSGHClFxHjdSeiVCPA6K53++gpY3XlP8lI8=",
         "rsyNAwnHfclZKxAKx1tKfInH3xPVAzCy237DQo5n/N8="},
        {Hash::sha256, "ramo\xCC\x81n", "p\xE2\x84\xABssword",
         "KXgIc8B+d5k3zx1P4rfs4TiybIlv11O85Jl1TrzEsfI=",
         "zG9u+MI5GPTROhnW/W1PUCKV4Uvp2SHzwFOZV9Hth/c="},
    };
    for (const auto& row : rows) {
        CAPTURE(row.proof);
        ScramClient client{{.hash = row.hash,
                            .username = *saslprep(row.user),
                            .password = Secret{*saslprep(row.password)},
                            .nonce = "clientNONCE"}};
        client.start();
        REQUIRE(client.challenge("r=clientNONCEserverNONCE,s=c2FsdFNBTFRzYWx0,i=4096").kind ==
                Kind::derive);
        const auto step = client.derived(derive_keys(client.key_request()));
        CHECK(step.data == "c=biws,r=clientNONCEserverNONCE,p="s + row.proof);
        CHECK_FALSE(client.success("v="s + row.signature));
    }
}

TEST_CASE("B10: SCRAM escapes commas and equals signs in the user name") {
    ScramClient client{{.username = ",us=,er=", .password = Secret{"x"}, .nonce = "abc"}};
    CHECK(client.start() == "n,,n==2Cus=3D=2Cer=3D,r=abc");
}

TEST_CASE("SCRAM asks for the key derivation and hands over all it needs") {
    auto client = started();
    REQUIRE(client.challenge(s1.server_first()).kind == Kind::derive);
    const auto request = client.key_request();
    CHECK(request.hash == Hash::sha1);
    CHECK(request.password.view() == "pencil");
    CHECK(request.salt == *base64_decode(s1.salt));
    CHECK(request.iterations == 4096);
    CHECK(client.challenge(s1.server_first()).kind == Kind::failed); // not answered yet
    CHECK(client.derived(derive_keys(request)).kind == Kind::failed);
}

TEST_CASE("SCRAM refuses keys that were not asked for or are of another hash") {
    const auto keys = derive_keys({Hash::sha256, Secret{"x"}, "salt", 1});
    CHECK(started().derived(keys).kind == Kind::failed);
    auto client = started();
    REQUIRE(client.challenge(s1.server_first()).kind == Kind::derive);
    CHECK(client.derived(keys).kind == Kind::failed);
    auto empty = started();
    REQUIRE(empty.challenge(s1.server_first()).kind == Kind::derive);
    CHECK(empty.derived({}).kind == Kind::failed);

    const auto right = derive_keys({Hash::sha1, Secret{"x"}, "salt", 1});
    for (const auto& mixed : {ScramKeys{right.client_key, keys.server_key},
                              ScramKeys{keys.client_key, right.server_key}}) {
        auto other = started();
        REQUIRE(other.challenge(s1.server_first()).kind == Kind::derive);
        CHECK(other.derived(mixed).kind == Kind::failed);
    }
}

// The X rows: what a server may not say.
TEST_CASE("SCRAM refuses a first message without its attributes (X1 X2 X3)") {
    const auto r = "r=fyko+d2lbbFgONRv9qkxdawL3rf"s;
    CHECK(fault_in_first("s=QSXCR+Q6sek8bf92,i=4096").find("r=") != std::string::npos);
    CHECK(fault_in_first(r + ",i=4096").find("s=") != std::string::npos);
    CHECK(fault_in_first(r + ",s=QSXCR+Q6sek8bf92").find("i=") != std::string::npos);
    CHECK(fault_in_first("").find("r=") != std::string::npos);
    CHECK(fault_in_first(r).find("s=") != std::string::npos);
}

TEST_CASE("B9: SCRAM refuses a nonce that does not go on from ours (X4 X5)") {
    const auto rest = ",s=QSXCR+Q6sek8bf92,i=4096"s;
    CHECK(fault_in_first("r=fyko+d2lbbFgONRv9qkxdawM3rf" + rest)
              .find("does not begin with our nonce") != std::string::npos);
    CHECK(fault_in_first("r=fyko+d2lbbFgONRv9qkxdawL" + rest).find("adds nothing") !=
          std::string::npos);
    CHECK(fault_in_first("r=fyko" + rest).find("does not begin with our nonce") !=
          std::string::npos);
    CHECK(fault_in_first("r=" + rest).find("r=") != std::string::npos);
}

TEST_CASE("SCRAM refuses an iteration count that is no plain number in its limits (X6 X7 X8)") {
    const auto begin = "r=fyko+d2lbbFgONRv9qkxdawL3rf,s=QSXCR+Q6sek8bf92,i="s;
    for (const auto* count : {"0", "-1", "bla", "", "4096x", "+4096", " 4096", "00004096"}) {
        CAPTURE(count);
        CHECK(fault_in_first(begin + count).find("i= is not a positive number") !=
              std::string::npos);
    }
    for (const auto* count : {"4294967296", "99999999999999999999", "2147483647", "1500001"}) {
        CAPTURE(count);
        CHECK(fault_in_first(begin + count).find("i= asks for more than 1500000") !=
              std::string::npos);
    }
    for (const auto* count : {"1", "4095"}) {
        CAPTURE(count);
        CHECK(fault_in_first(begin + count).find("i= asks for fewer than 4096") !=
              std::string::npos);
    }
    CHECK(started().challenge(begin + "4096").kind == Kind::derive);
    CHECK(started().challenge(begin + "1500000").kind == Kind::derive);
    CHECK(fault_in_first(begin + "4096", {.min_iterations = 5000, .max_iterations = 6000})
              .find("fewer than 5000") != std::string::npos);
}

TEST_CASE("B8: SCRAM refuses a count over the cap without hashing") {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) {
        auto client = started();
        CHECK(client.challenge("r=fyko+d2lbbFgONRv9qkxdawL3rf,s=QSXCR+Q6sek8bf92,i=2147483647")
                  .kind == Kind::failed);
    }
    // 2^31-1 rounds take minutes each; all hundred refusals together take next to nothing
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
}

TEST_CASE("SCRAM refuses a salt that is not base64, empty or huge (X9)") {
    const auto begin = "r=fyko+d2lbbFgONRv9qkxdawL3rf,s="s;
    for (const auto* salt : {"", "!!!!", "QSXCR+Q6sek8bf9", "QSXC\nR+Q6", "Zh=="}) {
        CAPTURE(salt);
        CHECK(fault_in_first(begin + salt + ",i=4096").find("s= is not a salt in base64") !=
              std::string::npos);
    }
    CHECK(fault_in_first(begin + base64_encode(std::string(1025, 's')) + ",i=4096")
              .find("s= is too long") != std::string::npos);
    CHECK(started().challenge(begin + base64_encode(std::string(1024, 's')) + ",i=4096").kind ==
          Kind::derive);
}

TEST_CASE("SCRAM refuses a mandatory extension (X10)") {
    CHECK(fault_in_first("m=ext,r=fyko+d2lbbFgONRv9qkxdawL3rf,s=QSXCR+Q6sek8bf92,i=4096")
              .find("m=") != std::string::npos);
}

TEST_CASE("SCRAM refuses attributes out of order, repeated or malformed (X11)") {
    const auto r = "r=fyko+d2lbbFgONRv9qkxdawL3rf"s;
    const auto s = "s=QSXCR+Q6sek8bf92"s;
    const auto i = "i=4096"s;
    const std::string messages[] = {
        s + ',' + r + ',' + i,
        r + ',' + i + ',' + s,
        r + ',' + r + ',' + s + ',' + i,
        r + ',' + s + ',' + i + ',' + r,
        r + ',' + s + ',' + i + ',' + i,
        r + ',' + s + ',' + i + ",m=x",
        r + ',' + s + ',' + i + ",v=x",
        r + "\0,"s + s + ',' + i,
        r + "\x80,"s + s + ',' + i,
        r + "\xC3\xA9,"s + s + ',' + i,
        r + " x," + s + ',' + i,
        r + ",x," + s + ',' + i,
        r + ',' + s + ',' + i + ',',
        ',' + r + ',' + s + ',' + i,
        r + ",," + s + ',' + i,
        r + ',' + s + ',' + i + ",x",
        r + ',' + s + ',' + i + ",x=",
        r + ',' + s + ',' + i + ",1=x",
        r + ',' + s + ',' + i + ",x=a\0b"s,
        r + ',' + s + ',' + i + ",x=\xFF",
        r + ',' + s + ',' + i + "\n",
        "R" + r.substr(1) + ',' + s + ',' + i,
    };
    for (const auto& message : messages) {
        CAPTURE(message);
        CHECK_FALSE(fault_in_first(message).empty());
    }
}

TEST_CASE("SCRAM passes over an optional extension of the first message") {
    auto client = started();
    CHECK(client.challenge(s1.server_first() + ",x=y=z,q=\xC3\xA9").kind == Kind::derive);
}

TEST_CASE("B1: SCRAM gives in to no server without its signature (X12)") {
    const auto row = [](std::string_view data) {
        CAPTURE(data);
        const auto error = proved().success(data);
        const auto step = proved().challenge(data);
        CHECK(step.kind == Kind::failed);
        CHECK(step.error.code == error.code);
        CHECK(step.error.text == error.text);
        return error;
    };
    for (const auto& data : {
             ""s,
             "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="s,
             "v=rmF9pqV8S7suAoZWja4dJRkFsKQ"s, // right but for its padding
             "v="s,
             "v=rmF9pqV8S7suAoZWja4dJRkF"s, // a part of it
             "V=rmF9pqV8S7suAoZWja4dJRkFsKQ="s,
             "x=y,v=rmF9pqV8S7suAoZWja4dJRkFsKQ="s,
             "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,"s,
             "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,v=AAAA"s,
             "v=AAAA,v=rmF9pqV8S7suAoZWja4dJRkFsKQ="s,
             "\xFF"s,
         }) {
        CHECK(row(data).code == Errc::server_not_verified);
    }
    CHECK(row("").text ==
          "the server did not prove that it knows the password: its signature (v=) is missing");
    CHECK(row("e=other-error").code == Errc::sasl_failed);
}

TEST_CASE("B1: SCRAM takes no success before its proof was sent (X12)") {
    const auto right = "v="s + s1.signature;
    auto first = started();
    CHECK(first.success(right).code == Errc::server_not_verified);
    CHECK(first.challenge(s1.server_first()).kind == Kind::failed);
    CHECK(started().success("").code == Errc::server_not_verified);
    auto deriving = started();
    REQUIRE(deriving.challenge(s1.server_first()).kind == Kind::derive);
    CHECK(deriving.success(right).code == Errc::server_not_verified);
}

TEST_CASE("SCRAM passes over an extension behind the signature (X13)") {
    CHECK_FALSE(proved().success("v="s + s1.signature + ",x=y"));
}

TEST_CASE("B1: SCRAM takes the signature in a challenge and refuses another one (X14)") {
    auto client = proved();
    const auto step = client.challenge("v="s + s1.signature);
    CHECK(step.kind == Kind::respond);
    CHECK(step.data.empty());
    CHECK_FALSE(client.success(""));

    auto again = proved();
    CHECK(again.challenge("v="s + s1.signature).kind == Kind::respond);
    CHECK(again.challenge("v="s + s1.signature).error.code == Errc::sasl_failed);
    CHECK(again.success(""));

    auto twice = proved();
    CHECK(twice.challenge("v="s + s1.signature).kind == Kind::respond);
    CHECK(twice.success("v="s + s1.signature).code == Errc::sasl_failed);
}

TEST_CASE("SCRAM is over after its end") {
    auto client = proved();
    CHECK_FALSE(client.success("v="s + s1.signature));
    CHECK(client.success("v="s + s1.signature));
    CHECK(client.challenge("v="s + s1.signature).kind == Kind::failed);
}

TEST_CASE("SCRAM hands on why the server refuses (X15)") {
    const auto proof = proved().success("e=invalid-proof");
    CHECK(proof.code == Errc::sasl_failed);
    CHECK(proof.condition == "invalid-proof");
    CHECK(proof.text == "the login by SCRAM failed: the server ends the exchange "
                        "with invalid-proof (e=)");
    CHECK(proved().success("e=unknown-user,x=y").condition == "unknown-user");
    const auto unknown = proved().success("e=made-up\x1b[2J");
    CHECK(unknown.condition == "other-error");
    CHECK(unknown.peer_text == "made-up\x1b[2J");
    CHECK(unknown.text.find("made-up") == std::string::npos);
    CHECK(proved().success("e=").code == Errc::server_not_verified);
    CHECK(proved().success("e=no-resources,v="s + s1.signature));
}

TEST_CASE("B15: the sources of SASL compare secrets in constant time only") {
    std::size_t files = 0;
    const std::filesystem::path login{support::test_directory() + "/../headstock/login"};
    for (const auto& entry : std::filesystem::directory_iterator{login}) {
        CAPTURE(entry.path().string());
        std::ifstream file{entry.path()};
        const std::string source{std::istreambuf_iterator<char>{file}, {}};
        REQUIRE_FALSE(source.empty());
        CHECK(source.find("memcmp") == std::string::npos);
        ++files;
    }
    CHECK(files >= 8);
}
