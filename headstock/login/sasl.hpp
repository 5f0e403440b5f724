// The client's side of one SASL exchange, whatever the mechanism (RFC 4422, RFC 6120 6).
//
// Sans I/O: raw bytes in, a step out.  The session puts them into <auth/> and
// <response/>, in base64.
#pragma once

#include "headstock/crypto/secret.hpp"
#include "headstock/error.hpp"
#include "headstock/login/sasl_mechanism.hpp"
#include "headstock/login/scram.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// One attempt to log in.  At most two challenges are answered, whatever the server sends; a new
/// attempt needs a new object and a new nonce.
///
///     SaslClient sasl(mechanism, "juliet", password, random_token());
///     std::string initial;
///     if (auto error = sasl.start(initial)) ...           // user name or password cannot be used
///     ... <auth/> with it, then for each <challenge/>:
///     auto step = sasl.challenge(data);
///     if (step.kind == Step::Kind::derive) step = sasl.derived(derive_keys(sasl.key_request()));
///     ... and at <success/>: if (auto error = sasl.success(data)) ...
class SaslClient {
public:
    using Step = SaslStep;
    using Limits = ScramLimits;

    /// `nonce`: from random_token(), injected so that a test can repeat an exchange.
    SaslClient(Mechanism mechanism,
               std::string_view username,
               std::string_view password,
               std::string nonce,
               Limits limits = {});

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
    bool proves_server() const { return scram_.has_value(); }

    /// The data of a <challenge/>.  Errors are Errc::sasl_failed or server_not_verified.
    Step challenge(std::string_view data);
    /// Only after a step that said `derive`.
    KeyRequest key_request() const;
    Step derived(const ScramKeys& keys);

    /// The data of <success/>.  With SCRAM only a server that has proved itself gets no error.
    Error success(std::string_view data);

private:
    enum class State : std::uint8_t { fresh, started, over };

    Error begin(const MechanismRow& row, std::string& initial);
    Error prepare();
    Error prepare_name();
    Error prepare_password();
    Error begin_plain(std::string& initial);
    Error begin_scram(Hash hash, std::string& initial);
    Error begin_exchange(Hash hash, std::string& initial);

    Mechanism mechanism_;
    State state_ = State::fresh;
    std::string username_;
    Secret password_; // until start(), which gives it to scram_ if that needs it
    std::string nonce_;
    Limits limits_;
    std::optional<ScramClient> scram_;
};

} // namespace headstock::detail
