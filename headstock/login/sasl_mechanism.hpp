// The SASL mechanisms, one row each, and which of those that a server offers to take.
//
// The forms with channel binding ("-PLUS") are not spoken yet, and passed over as unknown.
#pragma once

#include "headstock/crypto/crypto.hpp"
#include "headstock/error.hpp"
#include "headstock/mechanism.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace headstock::detail {

/// What is said in an exchange.
enum class SaslKind : std::uint8_t {
    anonymous, ///< Nothing.  For a JID without a local part, and for no other.
    plain,     ///< The password itself (RFC 4616): only inside verified TLS.
    scram,     ///< RFC 5802, with the row's hash.
};

/// A row of the table in sasl_mechanism.cpp, which is all that a new mechanism of a known kind
/// needs.  A new kind is a case of is_usable() there and of SaslClient::begin() as well.
struct MechanismRow {
    std::string_view name; ///< As it stands in <mechanism/>: "SCRAM-SHA-256".
    Mechanism mechanism;   ///< Later in the enumeration is stronger.
    SaslKind kind;
    Hash hash = Hash::sha1; ///< Of SCRAM.
};
const MechanismRow& row_of(Mechanism mechanism);
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
