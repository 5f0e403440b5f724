// The SASL mechanisms, one row each.  Which of those that a server offers is taken, stands in
// sasl_choice.hpp.
#pragma once

#include "headstock/crypto/crypto.hpp"
#include "headstock/mechanism.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace headstock::detail {

/// What is said in an exchange.
enum class SaslKind : std::uint8_t {
    anonymous, ///< Nothing.  For a JID without a local part, and for no other.
    plain,     ///< The password itself (RFC 4616): only inside verified TLS.
    scram,     ///< RFC 5802, with the row's hash.
    external,  ///< Nothing: the TLS handshake has said who we are (RFC 4422 appendix A).
};

/// A row of the table in sasl_mechanism.cpp.  What else a new mechanism needs, or a new kind, says
/// CONTRIBUTING.md.
struct MechanismRow {
    std::string_view name; ///< As it stands in <mechanism/>: "SCRAM-SHA-256".
    Mechanism mechanism;   ///< Later in the enumeration is stronger.
    SaslKind kind;
    Hash hash = Hash::sha1;           ///< Of SCRAM.
    std::string_view bound_name = {}; ///< With channel binding: "SCRAM-SHA-256-PLUS"; or none.
};
const MechanismRow& row_of(Mechanism mechanism);
std::string_view name_of(Mechanism mechanism);
/// Not by the name with channel binding.
std::optional<Mechanism> mechanism_named(std::string_view name);

} // namespace headstock::detail
