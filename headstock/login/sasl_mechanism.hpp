// The names of SASL mechanisms, and which of those that a server offers to take.
//
// The forms with channel binding ("-PLUS") are not spoken yet, and passed over as unknown.
#pragma once

#include "headstock/error.hpp"
#include "headstock/mechanism.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace headstock::detail {

/// As it stands in <mechanism/>: "SCRAM-SHA-256".
std::string_view name_of(Mechanism mechanism);
std::optional<Mechanism> mechanism_named(std::string_view name);

struct SaslPolicy {
    /// Nothing weaker is taken.  Does not bear on ANONYMOUS, which shows no secret to anyone.
    Mechanism minimum = Mechanism::plain;
    /// The stream is inside TLS and the server's certificate was verified.  PLAIN needs it.
    bool encrypted_and_verified = false;
    /// The JID has no local part: ANONYMOUS and nothing else (XEP-0175).
    bool anonymous = false;
};

/// The strongest mechanism of `offered` that the policy allows.  Nothing, and `error`, when there
/// is none: Errc::no_mechanism, or Errc::mechanism_too_weak when only the minimum is in the way.
/// Both name what the server offers.  Pure: order and repetition in `offered` do not matter.
std::optional<Mechanism>
choose(std::span<const std::string_view> offered, const SaslPolicy& policy, Error& error);

} // namespace headstock::detail
