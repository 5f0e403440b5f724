// Which mechanism is taken, what its login is tied to, and the flag that says so: tables.
#include "headstock/login/sasl_choice.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

using namespace headstock::detail;
using headstock::ChannelBinding, headstock::Error, headstock::Mechanism;

namespace {

using Names = std::vector<std::string>;

const ChannelBindings none{};
const ChannelBindings tls_1_2{.unique = "U", .server_end_point = "E"};
const ChannelBindings tls_1_3{.exporter = "X", .server_end_point = "E"};

const Names plus{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"};
const Names unbound{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"};

SaslPolicy with(const ChannelBindings& bindings,
                ChannelBinding wish = ChannelBinding::where_possible) {
    return {.encrypted_and_verified = true, .channel_binding = wish, .bindings = bindings};
}

// As "SCRAM-SHA-1-PLUS p=tls-unique", with a "!" where the server must prove its offer; or the
// error's code.
std::string chosen(const SaslOffer& offer, const SaslPolicy& policy) {
    Error error;
    const auto choice = choose(offer, policy, error);
    if (!choice) return error.code.message();
    const auto& use = choice->binding;
    auto text = std::string{choice->form.name()} + ' ' + static_cast<char>(use.flag);
    if (use.flag == BindingUse::Flag::bound) text += '=' + std::string{use.type};
    CHECK((use.flag == BindingUse::Flag::bound) == choice->form.bound);
    CHECK((use.flag == BindingUse::Flag::bound) == !use.data.empty());
    return text + (use.offer_must_be_proved ? "!" : "");
}

std::string why_not(const SaslOffer& offer, const SaslPolicy& policy) {
    Error error;
    CHECK_FALSE(choose(offer, policy, error));
    return error.text;
}

} // namespace

TEST_CASE("B5: the flag of SCRAM says whether we can bind, and whether the server offers it") {
    const Names both{"tls-exporter", "tls-server-end-point"};
    CHECK(chosen({unbound, {}}, with(none)) == "SCRAM-SHA-256 n");
    CHECK(chosen({plus, {}}, with(none)) == "SCRAM-SHA-256 n");
    CHECK(chosen({plus, both}, with(none)) == "SCRAM-SHA-256 n");
    CHECK(chosen({unbound, {}}, with(tls_1_2)) == "SCRAM-SHA-256 y");
    CHECK(chosen({unbound, {}}, with(tls_1_3)) == "SCRAM-SHA-256 y");
    CHECK(chosen({plus, {}}, with(tls_1_2)) == "SCRAM-SHA-256-PLUS p=tls-unique");
    CHECK(chosen({plus, both}, with(tls_1_3)) == "SCRAM-SHA-256-PLUS p=tls-exporter");
    CHECK(chosen({plus, both}, with(tls_1_2)) == "SCRAM-SHA-256-PLUS p=tls-server-end-point");
    CHECK(chosen({plus, Names{"tls-server-end-point"}}, with(tls_1_3)) ==
          "SCRAM-SHA-256-PLUS p=tls-server-end-point");
    CHECK(chosen({plus, Names{"tls-server-end-point", "tls-unique", "tls-exporter"}},
                 with(tls_1_2)) == "SCRAM-SHA-256-PLUS p=tls-unique");
}

TEST_CASE("B5: what Options::channel_binding asks for") {
    CHECK(chosen({plus, {}}, with(tls_1_2, ChannelBinding::off)) == "SCRAM-SHA-256 n");
    CHECK(chosen({unbound, {}}, with(tls_1_2, ChannelBinding::off)) == "SCRAM-SHA-256 n");
    const auto required = ChannelBinding::required;
    CHECK(chosen({plus, {}}, with(tls_1_2, required)) == "SCRAM-SHA-256-PLUS p=tls-unique");
    for (const auto* connection : {&none, &tls_1_2, &tls_1_3}) {
        const auto policy = with(*connection, required);
        CHECK(chosen({unbound, {}}, policy) == "SASL mechanism too weak");
        CHECK(chosen({{"PLAIN"}, {}}, policy) == "SASL mechanism too weak");
    }
    CHECK(why_not({unbound, {}}, with(tls_1_3, required)) ==
          "Options::channel_binding wants a login that is tied to the TLS connection, and the "
          "server offers none to which it can be tied; it offers PLAIN, SCRAM-SHA-1, "
          "SCRAM-SHA-256");
}

TEST_CASE("B6: channel binding is offered, and no kind of it that we have") {
    // what no server is, unless it proves it: types, and not the one that each must have
    CHECK(chosen({plus, Names{"tls-unique"}}, with(tls_1_3)) == "SCRAM-SHA-256 n!");
    CHECK(chosen({plus, Names{"made-up"}}, with(tls_1_2)) == "SCRAM-SHA-256 n!");
    // that one, and a certificate for which there is no such hash
    CHECK(chosen({plus, Names{"tls-server-end-point"}}, with({.exporter = "X"})) ==
          "SCRAM-SHA-256 n");
    // a mechanism with it that nobody knows
    CHECK(chosen({{"SCRAM-SHA-1", "SCRAM-SHA3-512-PLUS"}, Names{"tls-unique"}}, with(tls_1_2)) ==
          "SCRAM-SHA-1 n!");
    // types, and no mechanism (rule 5)
    CHECK(chosen({unbound, Names{"tls-unique"}}, with(tls_1_2)) == "SASL downgrade");
    CHECK(chosen({unbound, Names{"tls-unique"}}, with(tls_1_2, ChannelBinding::required)) ==
          "SASL downgrade");
    CHECK(chosen({unbound, Names{"tls-unique"}}, with(tls_1_2, ChannelBinding::off)) ==
          "SCRAM-SHA-256 n");
    CHECK(chosen({unbound, Names{"tls-unique"}}, with(none)) == "SCRAM-SHA-256 n");
    // a server whose passwords are elsewhere has no SCRAM, and names types all the same
    CHECK(chosen({{"PLAIN"}, Names{"tls-unique"}}, with(tls_1_2)) == "PLAIN n");
    auto anonymous = with(tls_1_2);
    anonymous.anonymous = true;
    CHECK(chosen({{"ANONYMOUS"}, Names{"tls-unique"}}, anonymous) == "ANONYMOUS n");
}

TEST_CASE("B7: tls-unique belongs to TLS 1.2 and tls-exporter to TLS 1.3") {
    const Names all{"tls-exporter", "tls-server-end-point", "tls-unique"};
    CHECK(chosen({plus, all}, with(tls_1_2)) == "SCRAM-SHA-256-PLUS p=tls-unique");
    CHECK(chosen({plus, all}, with(tls_1_3)) == "SCRAM-SHA-256-PLUS p=tls-exporter");
    // ejabberd 23.01 offers it over TLS 1.3 and takes none; who insists is refused there
    CHECK(chosen({plus, {}}, with(tls_1_3)) == "SCRAM-SHA-256 n");
    CHECK(chosen({plus, {}}, with(tls_1_3, ChannelBinding::required)) ==
          "SCRAM-SHA-256-PLUS p=tls-exporter");
}

TEST_CASE("choice: a shorter hash that is bound comes before a longer one that is not") {
    CHECK(chosen({{"SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"}, {}}, with(tls_1_2)) ==
          "SCRAM-SHA-1-PLUS p=tls-unique");
    auto policy = with(tls_1_2);
    policy.minimum = Mechanism::scram_sha_256;
    CHECK(chosen({{"SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"}, {}}, policy) ==
          "SCRAM-SHA-512 n!");
}

TEST_CASE("choice: EXTERNAL comes first where there is a certificate, and only there") {
    const SaslOffer offer{{"SCRAM-SHA-256", "EXTERNAL", "PLAIN"}, {}};
    CHECK(chosen(offer, with(none)) == "SCRAM-SHA-256 n");
    auto policy = with(none);
    policy.has_certificate = true;
    CHECK(chosen(offer, policy) == "EXTERNAL n");
    policy.minimum = Mechanism::external;
    CHECK(chosen(offer, policy) == "EXTERNAL n");
    policy.has_certificate = false;
    CHECK(chosen(offer, policy) == "SASL mechanism too weak");
    policy = with(tls_1_2, ChannelBinding::required);
    policy.has_certificate = true;
    CHECK(chosen({{"EXTERNAL"}, Names{"tls-unique"}}, policy) == "EXTERNAL n");
}

TEST_CASE("choice: the list of Options::mechanisms is the order, and the whole of it") {
    auto policy = with(tls_1_2);
    policy.wanted = {Mechanism::scram_sha_1, Mechanism::plain, Mechanism::scram_sha_256};
    CHECK(chosen({plus, {}}, policy) == "SCRAM-SHA-1-PLUS p=tls-unique");
    CHECK(chosen({{"PLAIN", "SCRAM-SHA-256"}, {}}, policy) == "PLAIN n");
    CHECK(chosen({{"SCRAM-SHA-256", "SCRAM-SHA-512"}, {}}, policy) == "SCRAM-SHA-256 y");
    CHECK(chosen({{"SCRAM-SHA-512"}, {}}, policy) == "no common SASL mechanism");
    CHECK(why_not({{"SCRAM-SHA-512"}, {}}, policy) ==
          "the server offers no way to log in that can be used here; it offers SCRAM-SHA-512 "
          "(Options::mechanisms says which may be used)");
    policy.encrypted_and_verified = false; // a list does not let PLAIN out of TLS
    CHECK(chosen({{"PLAIN", "SCRAM-SHA-256"}, {}}, policy) == "SCRAM-SHA-256 y");
}

TEST_CASE("B2: behind invalid-mechanism comes the next one, and PLAIN only from the user's list") {
    auto policy = with(none);
    policy.tried = {{Mechanism::scram_sha_256, false}};
    CHECK(chosen({unbound, {}}, policy) == "SCRAM-SHA-1 n");
    policy.tried.push_back({Mechanism::scram_sha_1, false});
    CHECK(chosen({unbound, {}}, policy) == "no common SASL mechanism");
    policy.wanted = {Mechanism::scram_sha_256, Mechanism::scram_sha_1};
    CHECK(chosen({unbound, {}}, policy) == "no common SASL mechanism");
    policy.wanted.push_back(Mechanism::plain);
    CHECK(chosen({unbound, {}}, policy) == "PLAIN n");
    // from EXTERNAL to anything but PLAIN
    policy = with(none);
    policy.has_certificate = true;
    policy.tried = {{Mechanism::external, false}};
    CHECK(chosen({{"EXTERNAL", "SCRAM-SHA-1", "PLAIN"}, {}}, policy) == "SCRAM-SHA-1 n");
    CHECK(chosen({{"EXTERNAL", "PLAIN"}, {}}, policy) == "no common SASL mechanism");
}

TEST_CASE("B2: behind a login that is bound comes no login that is not") {
    auto policy = with(tls_1_2);
    policy.tried = {{Mechanism::scram_sha_256, true}};
    CHECK(chosen({plus, {}}, policy) == "SCRAM-SHA-1-PLUS p=tls-unique");
    policy.tried.push_back({Mechanism::scram_sha_1, true});
    CHECK(chosen({plus, {}}, policy) == "no common SASL mechanism");
}

TEST_CASE("B4: an account that has logged in without PLAIN does not show its password again") {
    auto policy = with(none);
    policy.needs_no_plain = true;
    CHECK(chosen({unbound, {}}, policy) == "SCRAM-SHA-256 n");
    CHECK(chosen({{"PLAIN"}, {}}, policy) == "SASL mechanism too weak");
    CHECK(why_not({{"PLAIN", "X-OAUTH2"}, {}}, policy) ==
          "the server offers PLAIN only, which shows it the password, and this account has logged "
          "in without that before; somebody may be in the server's place; if the server has really "
          "changed, put Mechanism::plain into Options::mechanisms; it offers PLAIN, X-OAUTH2");
    policy.wanted = {Mechanism::scram_sha_256, Mechanism::plain};
    CHECK(chosen({{"PLAIN"}, {}}, policy) == "PLAIN n");
}

TEST_CASE("choice: the others that are offered are named, strongest first") {
    const SaslOffer offer{{"PLAIN", "X-OAUTH2", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "ANONYMOUS"},
                          {}};
    CHECK(others_offered(offer, Mechanism::scram_sha_256) == "SCRAM-SHA-1, PLAIN");
    CHECK(others_offered(offer, Mechanism::scram_sha_1) == "SCRAM-SHA-256, PLAIN");
    CHECK(others_offered({{"PLAIN"}, {}}, Mechanism::plain).empty());
}
