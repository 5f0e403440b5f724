// Which of the mechanisms that a server offers is taken, and what its login is tied to.  Pure: the
// order of what is offered does not matter, nor how often it stands.
#pragma once

#include "headstock/base/channel_bindings.hpp"
#include "headstock/error.hpp"
#include "headstock/login/sasl_mechanism.hpp"
#include "headstock/login/sasl_offer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// What a login by SCRAM says of channel binding (RFC 5802 section 6).
struct BindingUse {
    enum class Flag : char {
        cannot = 'n',      ///< There is none on our side, or no kind that both sides have.
        not_offered = 'y', ///< There is on ours; a server that has offered one hears that it was
                           ///< taken out of its offer, and ends the login.
        bound = 'p',
    };
    Flag flag = Flag::cannot;
    std::string_view type{}; ///< With `bound`: "tls-exporter".
    std::string data{};      ///< Of the connection.
    /// What is offered can be used only in part, which somebody may have seen to: go on only if the
    /// server proves what it has offered, by its hash (XEP-0474).
    bool offer_must_be_proved = false;
};

/// A mechanism, in the one of its forms that has a name of its own.
struct SaslForm {
    Mechanism mechanism = Mechanism::anonymous;
    bool bound = false; ///< With channel binding.

    std::string_view name() const;
    bool operator==(const SaslForm&) const = default;
};

struct SaslPolicy {
    /// Nothing weaker is taken.  Does not bear on ANONYMOUS, which shows no secret to anyone.
    Mechanism minimum = Mechanism::plain;
    /// The stream is inside TLS and the server's certificate was verified.  PLAIN needs it.
    bool encrypted_and_verified = false;
    /// The JID has no local part: ANONYMOUS and nothing else (XEP-0175).
    bool anonymous = false;
    /// Options::mechanisms.  Empty: the strongest.
    std::vector<Mechanism> wanted{};
    /// The TLS handshake could show a certificate of ours.
    bool has_certificate = false;
    /// The account has logged in without PLAIN before.
    bool needs_no_plain = false;
    ChannelBinding channel_binding = ChannelBinding::where_possible;
    ChannelBindings bindings{}; ///< Of the connection.
    /// What the server has answered by invalid-mechanism.
    std::vector<SaslForm> tried{};
};

struct SaslChoice {
    SaslForm form{};
    BindingUse binding{};
};

/// Nothing, and `error`, when there is none: Errc::no_mechanism; Errc::mechanism_too_weak when the
/// policy alone is in the way; Errc::sasl_downgrade when the offer contradicts itself.  Each names
/// what the server offers.
std::optional<SaslChoice> choose(const SaslOffer& offer, const SaslPolicy& policy, Error& error);

/// Whether PLAIN would be taken, if nothing else were offered.
bool would_take_plain(const SaslPolicy& policy);

/// The mechanisms beside this one that are offered and that we know, as "SCRAM-SHA-1, PLAIN".
std::string others_offered(const SaslOffer& offer, Mechanism but);

} // namespace headstock::detail
