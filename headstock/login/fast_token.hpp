// Tokens that log in again in one round trip (FAST, XEP-0484), by the SASL mechanisms HT-* of
// draft-schmaus-kitten-sasl-ht.
#pragma once

#include "headstock/base/channel_bindings.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/error.hpp"
#include "headstock/login/sasl_choice.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// What a server has given for the next login.
struct KeptToken {
    std::string username{};  ///< As the server calls the account.
    std::string mechanism{}; ///< That it is good for, as "HT-SHA-256-EXPR".
    Secret token{};

    bool operator==(const KeptToken& other) const {
        return username == other.username && mechanism == other.mechanism &&
               token.view() == other.token.view();
    }
};

/// Whether a login may be by this mechanism, of the server's `offered` ones.  One without channel
/// binding says the same words each time, which whoever has a certificate that we accept could
/// repeat: it may be used where PLAIN may, and nowhere else.
bool may_use_token_mechanism(std::string_view name,
                             const std::vector<std::string>& offered,
                             const SaslPolicy& policy);

/// The best of those; empty when there is none.
std::string best_token_mechanism(const std::vector<std::string>& offered, const SaslPolicy& policy);

/// One login by a token.
class TokenExchange {
public:
    /// `kept` has a mechanism that may_use_token_mechanism() allows.
    TokenExchange(const KeptToken& kept, const ChannelBindings& bindings);

    std::string_view mechanism() const { return mechanism_; }
    /// What the client says.  `username` is KeptToken's, prepared (SASLprep).
    std::string start(std::string_view username) const;
    /// What comes with the server's success proves that it has the token as well, else
    /// Errc::server_not_verified.
    Error success(std::string_view data) const;

private:
    Digest sign(std::string_view who) const;

    std::string mechanism_;
    Hash hash_;
    Secret token_;
    std::string binding_;
};

} // namespace headstock::detail
