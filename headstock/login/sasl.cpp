#include "headstock/login/sasl.hpp"

#include "headstock/crypto/crypto.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/saslprep.hpp"

#include <cassert>
#include <utility>

namespace headstock::detail {
namespace {

Error unusable(const std::string& what, const std::string& reason) {
    return {Errc::invalid_option, concat({"the ", what, " cannot be used: ", reason})};
}

Error broken(Mechanism mechanism, const std::string& reason) {
    return {Errc::sasl_failed, concat({"the login by ", name_of(mechanism), " failed: ", reason})};
}

// NUL separates the parts of PLAIN; SASLprep has refused it, as every control character.
std::optional<std::string> prepared(const std::string& what, std::string_view text, Error& error) {
    auto result = saslprep(text, &error);
    if (!result) {
        error = unusable(what, error.text);
    } else if (result->empty()) {
        error = unusable(what, "it is empty");
        result.reset();
    }
    return result;
}

} // namespace

SaslClient::SaslClient(Mechanism mechanism,
                       std::string_view username,
                       std::string_view password,
                       std::string nonce,
                       Limits limits)
    : mechanism_(mechanism), username_(username), password_(password), nonce_(std::move(nonce)),
      limits_(limits) {}

Error SaslClient::start(std::string& initial) {
    assert(state_ == State::fresh);
    state_ = State::over;
    initial.clear();
    auto error = begin(row_of(mechanism_), initial);
    if (error) return error;
    password_.clear();
    state_ = State::started;
    return {};
}

Error SaslClient::start_without_password(std::string& initial) {
    assert(state_ == State::fresh && row_of(mechanism_).kind == SaslKind::scram);
    state_ = State::over;
    password_.clear();
    if (auto error = prepare_name()) return error;
    if (auto error = begin_exchange(row_of(mechanism_).hash, initial)) return error;
    state_ = State::started;
    return {};
}

Error SaslClient::give_password(std::string_view password) {
    assert(scram_);
    password_ = Secret(password);
    if (auto error = prepare_password()) return error;
    scram_->give_password(std::move(password_));
    return {};
}

Error SaslClient::begin(const MechanismRow& row, std::string& initial) {
    switch (row.kind) {
    case SaslKind::anonymous:
        return {};
    case SaslKind::plain:
        return begin_plain(initial);
    case SaslKind::scram:
        return begin_scram(row.hash, initial);
    }
    return {};
}

Error SaslClient::begin_plain(std::string& initial) {
    if (auto error = prepare()) return error;
    initial.reserve(username_.size() + password_.view().size() + 2); // it may not grow
    initial.append(1, '\0').append(username_).append(1, '\0').append(password_.view());
    return {};
}

Error SaslClient::prepare() {
    if (auto error = prepare_name()) return error;
    return prepare_password();
}

Error SaslClient::prepare_name() {
    Error error;
    auto name = prepared("user name", username_, error);
    if (name) username_ = std::move(*name);
    return error;
}

Error SaslClient::prepare_password() {
    Error error;
    auto password = prepared("password", password_.view(), error);
    if (!password) return error;
    password_ = Secret(*password);
    wipe(*password);
    return {};
}

Error SaslClient::begin_scram(Hash hash, std::string& initial) {
    if (auto error = prepare()) return error;
    return begin_exchange(hash, initial);
}

Error SaslClient::begin_exchange(Hash hash, std::string& initial) {
    if (!is_scram_nonce(nonce_))
        return unusable("nonce", "it is empty or holds a comma, space or control");
    scram_.emplace(hash, username_, std::move(password_), nonce_, limits_);
    initial = scram_->start();
    return {};
}

SaslStep SaslClient::challenge(std::string_view data) {
    if (scram_) return scram_->challenge(data);
    const bool spoken = std::exchange(state_, State::over) == State::started;
    return Step::fail(
        broken(mechanism_, spoken ? "the server sends a challenge, and this way to log in has none"
                                  : "a challenge when no exchange is under way"));
}

KeyRequest SaslClient::key_request() const {
    assert(scram_);
    return scram_->key_request();
}

SaslStep SaslClient::derived(const ScramKeys& keys) {
    if (scram_) return scram_->derived(keys);
    state_ = State::over;
    return Step::fail(broken(mechanism_, "keys that were not asked for"));
}

Error SaslClient::success(std::string_view data) {
    if (scram_) return scram_->success(data);
    if (std::exchange(state_, State::over) != State::started) {
        return broken(mechanism_, "success when no exchange is under way");
    }
    return data.empty() ? Error{} : broken(mechanism_, "the server sends data with <success/>");
}

} // namespace headstock::detail
