#include "headstock/login/scram.hpp"

#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace headstock::detail {
namespace {

// RFC 5802 section 7, server-error-value.
constexpr std::array<std::string_view, 11> known_failures{
    "invalid-encoding",
    "extensions-not-supported",
    "invalid-proof",
    "channel-bindings-dont-match",
    "server-does-support-channel-binding",
    "channel-binding-not-supported",
    "unsupported-channel-binding-type",
    "unknown-user",
    "invalid-username-encoding",
    "no-resources",
    "other-error",
};

Error broken(const std::string& reason) {
    return {Errc::sasl_failed, "the login by SCRAM failed: " + reason};
}

Error not_verified(const std::string& reason) {
    return {Errc::server_not_verified,
            "the server did not prove that it knows the password: " + reason};
}

// RFC 5802 section 7.
std::string gs2_header(const BindingUse& binding, std::string_view authzid) {
    std::string header(1, static_cast<char>(binding.flag));
    if (binding.flag == BindingUse::Flag::bound) header += concat({"=", binding.type});
    header += authzid.empty() ? "," : concat({",a=", escape_username(authzid)});
    return header + ',';
}

Error not_our_offer(std::string_view attribute) {
    return {Errc::sasl_downgrade,
            concat({"the server's hash of what it offers (", attribute,
                    ", XEP-0474) is not that of what has arrived; somebody may have changed the "
                    "lists of mechanisms and of channel bindings on the way"})};
}

Error not_proved() {
    return {Errc::sasl_downgrade,
            "the server offers channel binding, and none that can be used here, and does not prove "
            "that this is its offer (XEP-0474); somebody may have changed the lists of "
            "mechanisms and of channel bindings on the way; ChannelBinding::off in "
            "Options::channel_binding logs in all the same"};
}

// A known condition goes into our sentence, anything else is only quoted.
Error refused_by_server(std::string_view failure) {
    const bool known =
        std::find(known_failures.begin(), known_failures.end(), failure) != known_failures.end();
    const std::string condition(known ? failure : "other-error");
    auto error = broken(concat({"the server ends the exchange with ", condition, " (e=)"}));
    error.condition = condition;
    if (!known) error.peer_text = beginning(failure);
    return error;
}

Digest client_proof(Hash hash, const ScramKeys& keys, std::string_view auth_message) {
    const auto stored_key = digest(hash, keys.client_key.view());
    const auto signature = hmac(hash, stored_key.view(), auth_message);
    auto proof = keys.client_key;
    for (std::size_t i = 0; i < proof.size(); ++i) {
        proof.data()[i] ^= static_cast<unsigned char>(signature.view()[i]);
    }
    return proof;
}

} // namespace

std::optional<ScramKeys> derive_keys(const KeyRequest& request, const std::atomic<bool>& stop) {
    const auto salted =
        pbkdf2(request.hash, request.password.view(), request.salt, request.iterations, stop);
    if (!salted) return {};
    return ScramKeys{hmac(request.hash, salted->view(), "Client Key"),
                     hmac(request.hash, salted->view(), "Server Key")};
}

ScramKeys derive_keys(const KeyRequest& request) {
    static constexpr std::atomic<bool> never{false};
    return *derive_keys(request, never);
}

ScramClient::ScramClient(ScramLogin login)
    : login_(std::move(login)), gs2_header_(gs2_header(login_.binding, login_.authzid)),
      first_bare_(concat({"n=", escape_username(login_.username), ",r=", login_.nonce})) {
    assert(is_scram_nonce(login_.nonce));
}

std::string ScramClient::start() {
    assert(state_ == State::fresh);
    state_ = State::first_sent;
    return gs2_header_ + first_bare_;
}

SaslStep ScramClient::challenge(std::string_view data) {
    switch (state_) {
    case State::first_sent:
        return server_first(data);
    case State::final_sent:
        if (auto error = verify(data)) return fail(std::move(error));
        state_ = State::verified;
        return SaslStep::respond({});
    case State::verified:
        return fail(broken("a challenge after the server's signature (v=)"));
    case State::deriving:
        return fail(broken("a challenge before the answer to the last one"));
    case State::fresh:
        return fail(broken("a challenge before the first message"));
    case State::over:
        break;
    }
    return fail(broken("a challenge after the exchange has failed"));
}

SaslStep ScramClient::server_first(std::string_view message) {
    std::string why;
    auto parsed = parse_server_first(message, login_.nonce, login_.limits, why);
    if (!parsed) return fail(broken("the server's first message cannot be used: " + why));
    if (auto error = check_offer(*parsed)) return fail(std::move(error));
    salt_ = std::move(parsed->salt);
    iterations_ = parsed->iterations;
    final_bare_ =
        concat({"c=", base64_encode(gs2_header_ + login_.binding.data), ",r=", parsed->nonce});
    auth_message_ = concat({first_bare_, ",", message, ",", final_bare_});
    state_ = State::deriving;
    return SaslStep::derive();
}

// Before the proof is sent.  The server's own is in its signature: what it signs holds the hash.
Error ScramClient::check_offer(const ServerFirst& message) const {
    const auto fits = [this](std::string_view hash, OfferSpelling spelling) {
        return hash == base64_encode(offer_hash(login_.hash, login_.offer, spelling).view());
    };
    if (message.offer_d && !fits(*message.offer_d, OfferSpelling::d)) return not_our_offer("d=");
    if (message.offer_h && !fits(*message.offer_h, OfferSpelling::h)) return not_our_offer("h=");
    const bool proved = message.offer_d || message.offer_h;
    return login_.binding.offer_must_be_proved && !proved ? not_proved() : Error{};
}

KeyRequest ScramClient::key_request() const {
    assert(state_ == State::deriving);
    return {login_.hash, login_.password, salt_, iterations_};
}

SaslStep ScramClient::derived(const ScramKeys& keys) {
    if (state_ != State::deriving) return fail(broken("keys that were not asked for"));
    const auto size = digest_size(login_.hash);
    if (keys.client_key.size() != size || keys.server_key.size() != size) {
        return fail(broken("keys that are not of this hash"));
    }
    login_.password.clear();
    server_signature_ = hmac(login_.hash, keys.server_key.view(), auth_message_);
    const auto proof = client_proof(login_.hash, keys, auth_message_);
    state_ = State::final_sent;
    return SaslStep::respond(concat({final_bare_, ",p=", base64_encode(proof.view())}));
}

Error ScramClient::success(std::string_view data) {
    const auto before = std::exchange(state_, State::over);
    switch (before) {
    case State::verified:
        if (data.empty()) return {};
        return broken("data in <success/> after the server's signature (v=)");
    case State::final_sent:
        return verify(data);
    case State::over:
        return broken("success after the exchange has ended");
    default:
        return not_verified("success came before our proof (p=) was sent");
    }
}

Error ScramClient::verify(std::string_view message) const {
    if (message.empty()) return not_verified("its signature (v=) is missing");
    std::string why;
    const auto parsed = parse_server_final(message, why);
    if (!parsed) return not_verified(why);
    if (!parsed->signature) return refused_by_server(parsed->failure);
    if (equal_in_constant_time(*parsed->signature, server_signature_.view())) return {};
    return not_verified("its signature (v=) is wrong");
}

SaslStep ScramClient::fail(Error error) {
    state_ = State::over;
    login_.password.clear();
    return SaslStep::fail(std::move(error));
}

} // namespace headstock::detail
