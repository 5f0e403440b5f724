#include "headstock/login/sasl.hpp"

#include "headstock/crypto/crypto.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

using namespace std::string_literals;
using namespace headstock::detail;
using headstock::Errc;
using headstock::Error;
using headstock::Mechanism;
using Kind = SaslClient::Step::Kind;
using Names = std::vector<std::string>;

namespace {

const SaslPolicy in_tls{.encrypted_and_verified = true};
const SaslPolicy in_clear{};

std::optional<Mechanism> chosen(const Names& offered, const SaslPolicy& policy) {
    Error error;
    const auto choice = choose({.mechanisms = offered}, policy, error);
    CHECK(choice.has_value() != static_cast<bool>(error));
    if (!choice) return std::nullopt;
    return choice->form.mechanism;
}

Error refused(const Names& offered, const SaslPolicy& policy) {
    Error error;
    CHECK_FALSE(choose({.mechanisms = offered}, policy, error));
    return error;
}

SaslClient client_of(Mechanism mechanism,
                     std::string_view user = "user",
                     std::string_view password = "pencil",
                     std::string nonce = "fyko+d2lbbFgONRv9qkxdawL") {
    return SaslClient{{.choice = {.form = {mechanism}},
                       .username = std::string{user},
                       .password = Secret{password},
                       .nonce = std::move(nonce)}};
}

Error start_error(Mechanism mechanism, std::string_view user, std::string_view password) {
    std::string initial = "left over";
    auto error = client_of(mechanism, user, password).start(initial);
    CHECK(initial.empty());
    return error;
}

constexpr auto server_first =
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";

} // namespace

TEST_CASE("mechanisms and their names") {
    for (const auto mechanism :
         {Mechanism::anonymous, Mechanism::plain, Mechanism::scram_sha_1, Mechanism::scram_sha_256,
          Mechanism::scram_sha_512, Mechanism::external}) {
        CHECK(mechanism_named(name_of(mechanism)) == mechanism);
    }
    CHECK(name_of(Mechanism::scram_sha_256) == "SCRAM-SHA-256");
    for (const auto* name :
         {"", "plain", "PLAIN ", "SCRAM-SHA-1-PLUS", "SCRAM-SHA", "DIGEST-MD5", "external"}) {
        CHECK_FALSE(mechanism_named(name));
    }
}

TEST_CASE("the strongest common mechanism is taken, whatever the order") {
    Names all{"PLAIN",         "SCRAM-SHA-1", "ANONYMOUS",
              "SCRAM-SHA-256", "DIGEST-MD5",  "SCRAM-SHA-512-PLUS"};
    std::sort(all.begin(), all.end());
    do {
        CHECK(chosen(all, in_tls) == Mechanism::scram_sha_256);
    } while (std::next_permutation(all.begin(), all.end()));
    CHECK(chosen({"SCRAM-SHA-256", "SCRAM-SHA-512"}, in_tls) == Mechanism::scram_sha_512);
    CHECK(chosen({"PLAIN", "SCRAM-SHA-1"}, in_tls) == Mechanism::scram_sha_1);
    CHECK(chosen({"PLAIN", "PLAIN"}, in_tls) == Mechanism::plain);
    CHECK(chosen({"PLAIN", "SCRAM-SHA-1"}, in_clear) == Mechanism::scram_sha_1);
}

TEST_CASE("B3: PLAIN is for verified TLS only") {
    CHECK(chosen({"PLAIN"}, in_tls) == Mechanism::plain);
    const auto error = refused({"PLAIN", "DIGEST-MD5"}, in_clear);
    CHECK(error.code == Errc::no_mechanism);
    CHECK(error.text ==
          "the server offers no way to log in that can be used here; it offers PLAIN, "
          "DIGEST-MD5 (PLAIN is used inside verified TLS only)");
}

TEST_CASE("B4: nothing below the minimum is taken") {
    SaslPolicy policy = in_tls;
    policy.minimum = Mechanism::scram_sha_256;
    CHECK(chosen({"SCRAM-SHA-256"}, policy) == Mechanism::scram_sha_256);
    CHECK(chosen({"SCRAM-SHA-1", "SCRAM-SHA-512"}, policy) == Mechanism::scram_sha_512);
    const auto error = refused({"SCRAM-SHA-1", "PLAIN"}, policy);
    CHECK(error.code == Errc::mechanism_too_weak);
    CHECK(error.text ==
          "the best way to log in that the server offers is SCRAM-SHA-1, which is weaker than "
          "Options::minimum_mechanism, SCRAM-SHA-256; it offers SCRAM-SHA-1, PLAIN");
    CHECK(refused({"PLAIN"}, policy).code == Errc::mechanism_too_weak);
    CHECK(refused({"DIGEST-MD5"}, policy).code == Errc::no_mechanism);
}

TEST_CASE("ANONYMOUS is for a JID without local part, and such a JID for nothing else") {
    const SaslPolicy anonymous{.encrypted_and_verified = true, .anonymous = true};
    CHECK(chosen({"PLAIN", "ANONYMOUS", "SCRAM-SHA-1"}, anonymous) == Mechanism::anonymous);
    CHECK(chosen({"ANONYMOUS"}, {.minimum = Mechanism::scram_sha_512, .anonymous = true}) ==
          Mechanism::anonymous);
    CHECK(refused({"PLAIN", "SCRAM-SHA-1"}, anonymous).code == Errc::no_mechanism);
    CHECK(refused({"PLAIN"}, anonymous).text.find("without an account") != std::string::npos);
    CHECK(refused({"ANONYMOUS"}, in_tls).code == Errc::no_mechanism);
}

TEST_CASE("what the server offers is named, and only what can be a name") {
    CHECK(refused({}, in_tls).text ==
          "the server offers no way to log in that can be used here; it offers none");
    CHECK(
        refused({"GSSAPI", "\x1b[2J", "a b", "", "TOO-LONG-TO-BE-A-NAME-HERE", "X-OAUTH2"}, in_tls)
            .text == "the server offers no way to log in that can be used here; it "
                     "offers GSSAPI, X-OAUTH2");
    const Names many(1000, "GSSAPI");
    CHECK(refused(many, in_tls).text.size() < 300);
}

TEST_CASE("PLAIN sends user and password behind an empty authorization identity") {
    auto client = client_of(Mechanism::plain, "foo", "bar");
    std::string initial;
    CHECK_FALSE(client.start(initial));
    CHECK(initial == "\0foo\0bar"s);
    CHECK(base64_encode(initial) == "AGZvbwBiYXI=");
    CHECK_FALSE(client.success(""));
    CHECK(client.success("").code == Errc::sasl_failed);

    auto prepared = client_of(Mechanism::plain, "I\xC2\xADX", "p\xE2\x84\xAB");
    CHECK_FALSE(prepared.start(initial));
    CHECK(initial == "\0IX\0p\xC3\x85"s);
}

TEST_CASE("ANONYMOUS sends nothing and needs neither user nor password") {
    auto client = client_of(Mechanism::anonymous, "", "");
    std::string initial = "left over";
    CHECK_FALSE(client.start(initial));
    CHECK(initial.empty());
    CHECK_FALSE(client.success(""));
}

TEST_CASE("PLAIN and ANONYMOUS have no challenges and no data with success") {
    for (const auto mechanism : {Mechanism::plain, Mechanism::anonymous}) {
        std::string initial;
        auto challenged = client_of(mechanism);
        CHECK_FALSE(challenged.start(initial));
        const auto step = challenged.challenge("");
        CHECK(step.kind == Kind::failed);
        CHECK(step.error.code == Errc::sasl_failed);
        CHECK(challenged.success("").code == Errc::sasl_failed);

        auto extra = client_of(mechanism);
        CHECK_FALSE(extra.start(initial));
        CHECK(extra.success("x").code == Errc::sasl_failed);
        auto keys = client_of(mechanism);
        CHECK_FALSE(keys.start(initial));
        CHECK(keys.derived({}).error.code == Errc::sasl_failed);
    }
}

TEST_CASE("B10: user names and passwords that cannot be sent are refused before anything is") {
    for (const auto mechanism :
         {Mechanism::plain, Mechanism::scram_sha_1, Mechanism::scram_sha_256}) {
        CHECK(start_error(mechanism, "", "x").text == "the user name cannot be used: it is empty");
        CHECK(start_error(mechanism, "x", "").text == "the password cannot be used: it is empty");
        CHECK(start_error(mechanism, "x", "\xC2\xAD").text ==
              "the password cannot be used: it is empty");
        CHECK(start_error(mechanism, "a\0b"s, "x").code == Errc::invalid_option);
        CHECK(start_error(mechanism, "x", "a\0b"s).text ==
              "the password cannot be used: it holds a control character (SASLprep, RFC 4013)");
        CHECK(start_error(mechanism, "x", "\xFF").code == Errc::invalid_option);
    }
}

TEST_CASE("a client that could not start never logs in") {
    std::string initial;
    auto client = client_of(Mechanism::scram_sha_1, "user", "");
    CHECK(client.start(initial));
    CHECK(client.challenge(server_first).kind == Kind::failed);
    CHECK(client.success("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").code == Errc::sasl_failed);
    auto plain = client_of(Mechanism::plain, "user", "");
    CHECK(plain.start(initial));
    CHECK(plain.success("").code == Errc::sasl_failed);
    CHECK(client_of(Mechanism::plain).success("").code ==
          Errc::sasl_failed); // nor one that did not
    CHECK(client_of(Mechanism::scram_sha_1).success("").code == Errc::sasl_failed);
}

TEST_CASE("B9: a nonce that SCRAM cannot carry is refused") {
    for (const auto& nonce : {""s, "a,b"s, "a b"s, "a\0b"s, "\xC3\xA9"s}) {
        std::string initial;
        auto client = client_of(Mechanism::scram_sha_1, "user", "pencil", nonce);
        CHECK(client.start(initial).code == Errc::invalid_option);
    }
}

TEST_CASE("SCRAM through the common client, from auth to success") {
    auto client = client_of(Mechanism::scram_sha_1);
    std::string initial;
    CHECK_FALSE(client.start(initial));
    CHECK(initial == "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    auto step = client.challenge(server_first);
    REQUIRE(step.kind == Kind::derive);
    step = client.derived(derive_keys(client.key_request()));
    REQUIRE(step.kind == Kind::respond);
    CHECK(step.data ==
          "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    CHECK_FALSE(client.success("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
}

TEST_CASE("B11: the digest of each mechanism is its own") {
    const std::pair<Mechanism, std::size_t> rows[] = {{Mechanism::scram_sha_1, 20},
                                                      {Mechanism::scram_sha_256, 32},
                                                      {Mechanism::scram_sha_512, 64}};
    for (const auto& [mechanism, size] : rows) {
        auto client = client_of(mechanism);
        std::string initial;
        CHECK_FALSE(client.start(initial));
        REQUIRE(client.challenge(server_first).kind == Kind::derive);
        CHECK(derive_keys(client.key_request()).client_key.size() == size);
    }
}

TEST_CASE("B13: endless challenges get an end") {
    for (const auto mechanism : {Mechanism::plain, Mechanism::anonymous, Mechanism::scram_sha_1}) {
        for (const std::string_view data : {"", server_first, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="}) {
            auto client = client_of(mechanism);
            std::string initial;
            CHECK_FALSE(client.start(initial));
            int answered = 0;
            for (int i = 0; i < 1000; ++i) {
                auto step = client.challenge(data);
                if (step.kind == Kind::derive)
                    step = client.derived(derive_keys(client.key_request()));
                answered += step.kind == Kind::respond;
            }
            CHECK(answered <= 2);
            CHECK(client.success(""));
        }
    }
}
