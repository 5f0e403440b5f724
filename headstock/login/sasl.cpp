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

Error broken(std::string_view mechanism, const std::string& reason) {
    return {Errc::sasl_failed, concat({"the login by ", mechanism, " failed: ", reason})};
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

Error SaslClient::start(std::string& initial) {
    assert(state_ == State::fresh);
    state_ = State::over;
    initial.clear();
    auto error = begin(initial);
    if (error) return error;
    login_.password.clear();
    state_ = State::started;
    return {};
}

Error SaslClient::start_without_password(std::string& initial) {
    assert(state_ == State::fresh && kind() == SaslKind::scram);
    state_ = State::over;
    login_.password.clear();
    if (auto error = prepare_name()) return error;
    if (auto error = begin_exchange(initial)) return error;
    state_ = State::started;
    return {};
}

Error SaslClient::give_password(std::string_view password) {
    assert(scram_);
    login_.password = Secret(password);
    if (auto error = prepare_password()) return error;
    scram_->give_password(std::move(login_.password));
    return {};
}

Error SaslClient::begin(std::string& initial) {
    if (token_) return begin_by_token(initial);
    switch (kind()) {
    case SaslKind::anonymous:
        return {};
    case SaslKind::plain:
        return begin_plain(initial);
    case SaslKind::scram:
        return begin_scram(initial);
    case SaslKind::external:
        initial = login_.authzid;
        return {};
    }
    return {};
}

Error SaslClient::begin_by_token(std::string& initial) {
    if (auto error = prepare_name()) return error;
    initial = token_->start(login_.username);
    return {};
}

Error SaslClient::begin_plain(std::string& initial) {
    if (auto error = prepare()) return error;
    const auto password = login_.password.view();
    // it may not grow
    initial.reserve(login_.authzid.size() + login_.username.size() + password.size() + 2);
    initial.append(login_.authzid).append(1, '\0');
    initial.append(login_.username).append(1, '\0').append(password);
    return {};
}

Error SaslClient::prepare() {
    if (auto error = prepare_name()) return error;
    return prepare_password();
}

Error SaslClient::prepare_name() {
    Error error;
    auto name = prepared("user name", login_.username, error);
    if (name) login_.username = std::move(*name);
    return error;
}

Error SaslClient::prepare_password() {
    Error error;
    auto password = prepared("password", login_.password.view(), error);
    if (!password) return error;
    login_.password = Secret(*password);
    wipe(*password);
    return {};
}

Error SaslClient::begin_scram(std::string& initial) {
    if (auto error = prepare()) return error;
    return begin_exchange(initial);
}

Error SaslClient::begin_exchange(std::string& initial) {
    if (!is_scram_nonce(login_.nonce))
        return unusable("nonce", "it is empty or holds a comma, space or control");
    scram_.emplace(ScramLogin{
        row_of(form().mechanism).hash, login_.username, std::move(login_.password), login_.nonce,
        login_.limits, login_.authzid, std::move(login_.choice.binding), std::move(login_.offer)});
    initial = scram_->start();
    return {};
}

SaslStep SaslClient::challenge(std::string_view data) {
    challenged_ = true;
    if (scram_) return scram_->challenge(data);
    const bool spoken = std::exchange(state_, State::over) == State::started;
    return Step::fail(
        broken(name(), spoken ? "the server sends a challenge, and this way to log in has none"
                              : "a challenge when no exchange is under way"));
}

KeyRequest SaslClient::key_request() const {
    assert(scram_);
    return scram_->key_request();
}

SaslStep SaslClient::derived(const ScramKeys& keys) {
    if (scram_) return scram_->derived(keys);
    state_ = State::over;
    return Step::fail(broken(name(), "keys that were not asked for"));
}

Error SaslClient::success(std::string_view data) {
    if (scram_) return scram_->success(data);
    if (std::exchange(state_, State::over) != State::started) {
        return broken(name(), "success when no exchange is under way");
    }
    if (token_) return token_->success(data);
    return data.empty() ? Error{} : broken(name(), "the server sends data with its success");
}

} // namespace headstock::detail
