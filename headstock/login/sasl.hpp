// The client's side of one SASL exchange, whatever the mechanism (RFC 4422, RFC 6120 6).
//
// Sans I/O: raw bytes in, a step out.  Which elements carry them, and that they go in base64, is
// for whoever owns it to know: RFC 6120 and XEP-0388 have the same exchanges in other elements.
#pragma once

#include "headstock/crypto/secret.hpp"
#include "headstock/error.hpp"
#include "headstock/login/fast_token.hpp"
#include "headstock/login/sasl_choice.hpp"
#include "headstock/login/scram.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock::detail {

/// What an attempt to log in begins with.
struct SaslLogin {
    SaslChoice choice{};
    std::string username{};
    Secret password{};
    /// From random_token(), injected so that a test can repeat an exchange.
    std::string nonce{};
    ScramLimits limits{};
    std::string authzid{}; ///< Another account to log in to (RFC 6120 6.3.8); or empty.
    SaslOffer offer{};     ///< Of the server, which may prove it.
};

/// One attempt to log in.  At most two challenges are answered, whatever the server sends; a new
/// attempt needs a new object and a new nonce.
///
///     SaslClient sasl({.choice = choice, .username = "juliet", .password = password,
///                      .nonce = random_token(), .offer = offer});
///     std::string initial;
///     if (auto error = sasl.start(initial)) ...           // user name or password cannot be used
///     ... <auth/> with it, then for each <challenge/>:
///     auto step = sasl.challenge(data);
///     if (step.kind == Step::Kind::derive) step = sasl.derived(derive_keys(sasl.key_request()));
///     ... and at <success/>: if (auto error = sasl.success(data)) ...
class SaslClient {
public:
    using Step = SaslStep;

    explicit SaslClient(SaslLogin login) : login_(std::move(login)) {}
    /// By a token, in the place of a mechanism and a password.
    SaslClient(std::string username, TokenExchange token) : token_(std::move(token)) {
        login_.username = std::move(username);
    }

    /// As the server calls the mechanism.
    std::string_view name() const { return token_ ? token_->mechanism() : form().name(); }
    bool by_token() const { return token_.has_value(); }
    /// Of a login that is not by a token.
    SaslForm form() const { return login_.choice.form; }
    SaslKind kind() const { return row_of(form().mechanism).kind; }

    /// Prepares user name and password (SASLprep) and gives the initial response; once.  That of
    /// PLAIN holds the password: wipe it.  Errc::invalid_option when one of them is empty or cannot
    /// be prepared.
    Error start(std::string& initial);
    /// The same by SCRAM without the password: for whoever has keys already.
    Error start_without_password(std::string& initial);
    /// After that, when the keys do not fit: the password, which is prepared as in start().
    Error give_password(std::string_view password);
    /// For SCRAM: there is one to derive keys from.
    bool has_password() const { return scram_ && scram_->has_password(); }

    /// success() gives no error only if the server has proved itself.
    bool proves_server() const { return scram_.has_value() || token_.has_value(); }
    /// The server has sent one.
    bool challenged() const { return challenged_; }
    /// The data of a challenge.  Errors are Errc::sasl_failed, server_not_verified or
    /// sasl_downgrade.
    Step challenge(std::string_view data);
    /// Only after a step that said `derive`.
    KeyRequest key_request() const;
    Step derived(const ScramKeys& keys);

    /// The data that came with the server's word that we are in.  With SCRAM or a token only a
    /// server that has proved itself gets no error.
    Error success(std::string_view data);

private:
    enum class State : std::uint8_t { fresh, started, over };

    Error begin(std::string& initial);
    Error prepare();
    Error prepare_name();
    Error prepare_password();
    Error begin_by_token(std::string& initial);
    Error begin_plain(std::string& initial);
    Error begin_scram(std::string& initial);
    Error begin_exchange(std::string& initial);

    SaslLogin login_; // its password until start(), which gives it to scram_ if that needs it
    State state_ = State::fresh;
    bool challenged_ = false;
    std::optional<ScramClient> scram_{};
    std::optional<TokenExchange> token_{};
};

} // namespace headstock::detail
