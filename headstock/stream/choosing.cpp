// By which of the ways that the server offers a stream logs in.
#include "headstock/login/fast_token.hpp"
#include "headstock/stream/stream.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace headstock::detail {
namespace {

// A server that still follows RFC 6122 has sharp s and final sigma as other letters in the address
// of our header, and not in the user name of the login.
bool is_mapped_by_older_servers(std::string_view local) {
    return local.find("\xC3\x9F") != local.npos || local.find("\xCF\x82") != local.npos;
}

} // namespace

bool Stream::server_is_verified() const { return server_proved_ || is_inside_verified_tls(); }

bool Stream::password_may_be_shown() const {
    return is_inside_verified_tls() || options_.insecure_plain_password;
}

// What authenticate() would say at once.
Error Stream::why_no_login() const {
    if (options_.role == StreamRole::component) return {};
    Error error;
    static_cast<void>(choose_login(error));
    return error;
}

SaslPolicy Stream::sasl_policy() const {
    return {.minimum = options_.minimum_mechanism,
            .encrypted_and_verified = password_may_be_shown(),
            .anonymous = credentials_.account.local().empty(),
            .wanted = options_.mechanisms,
            .has_certificate = secure_ && !options_.client_certificate.empty(),
            .needs_no_plain = credentials_.needs_no_plain,
            .channel_binding = options_.channel_binding,
            .bindings = bindings_ ? *bindings_ : ChannelBindings{},
            .tried = tried_};
}

// SASL2 is for TLS only (XEP-0388 section 3), and servers hold its logins to the address in our
// stream header.
bool Stream::may_use_sasl2() const {
    const auto& name = options_.username;
    const auto& local = credentials_.account.local();
    const bool as_said = (name.empty() || name == local) && !is_mapped_by_older_servers(local);
    return options_.sasl2 && secure_ && features_.sasl2 && (as_said || !options_.authzid.empty());
}

const SaslOffer& Stream::offer() const {
    return profile_ == SaslProfile::sasl2 ? features_.sasl2->sasl : features_.sasl;
}

bool Stream::is_inside_verified_tls() const {
    return secure_ && !options_.insecure_skip_verification;
}

bool Stream::may_use_token() const {
    return credentials_.token && may_use_sasl2() && is_inside_verified_tls() &&
           may_use_token_mechanism(credentials_.token->mechanism, features_.sasl2->tokens,
                                   sasl_policy());
}

// What SASL2 has no mechanism for, the older profile may have.
std::optional<Stream::Way> Stream::choose_login(Error& error) const {
    if (may_use_token()) return Way{SaslProfile::sasl2};
    if (may_use_sasl2()) {
        if (auto choice = choose_mechanism(features_.sasl2->sasl, error))
            return Way{SaslProfile::sasl2, std::move(choice)};
        if (error.code != Errc::no_mechanism || features_.sasl.mechanisms.empty()) return {};
        error = {};
    }
    auto choice = choose_mechanism(features_.sasl, error);
    if (!choice) return {};
    return Way{SaslProfile::rfc6120, std::move(choice)};
}

std::optional<SaslChoice> Stream::choose_mechanism(const SaslOffer& offer, Error& error) const {
    const auto policy = sasl_policy();
    auto choice = choose(offer, policy, error);
    if (choice && choice->form.mechanism != Mechanism::external && !policy.anonymous) {
        if (auto keyed = choice_for_keys(offer, policy)) return keyed;
        if (lacks_password()) {
            error = {Errc::no_mechanism,
                     "the server does not offer what the keys or the token of the last login are "
                     "good for, and the client was given no password"};
            return {};
        }
    }
    return choice;
}

// While it has what a login before has left.
bool Stream::lacks_password() const {
    return credentials_.password.empty() && !options_.password &&
           (credentials_.keys || credentials_.token);
}

// When there are keys and no password, only the mechanism that the keys were made for can log in.
std::optional<SaslChoice> Stream::choice_for_keys(const SaslOffer& offer,
                                                  const SaslPolicy& policy) const {
    if (!credentials_.keys || !credentials_.password.empty() || options_.password) return {};
    for (const auto mechanism :
         {Mechanism::scram_sha_1, Mechanism::scram_sha_256, Mechanism::scram_sha_512}) {
        const auto& wanted = policy.wanted;
        const bool may =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), mechanism) != wanted.end();
        if (!may || !may_use_keys(mechanism)) continue;
        auto narrowed = policy;
        narrowed.wanted = {mechanism};
        Error unused;
        return choose(offer, narrowed, unused);
    }
    return {};
}

// Of a login before, in the place of a password that is not there.
bool Stream::may_use_keys(Mechanism mechanism) const {
    const auto& row = row_of(mechanism);
    return credentials_.keys && credentials_.password.empty() && row.kind == SaslKind::scram &&
           credentials_.keys->hash == row.hash;
}

} // namespace headstock::detail
