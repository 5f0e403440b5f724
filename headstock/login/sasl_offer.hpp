// What a server offers for a login, and the hash of it by which the server proves that nobody has
// changed it on the way (XEP-0474).
#pragma once

#include "headstock/crypto/crypto.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// Of one stream, as it stands in its features.  Nothing of it is checked.
struct SaslOffer {
    std::vector<std::string> mechanisms{};
    /// The types of channel binding (XEP-0440).  Nothing: the server names none.
    std::optional<std::vector<std::string>> bindings{};

    bool has(std::string_view mechanism) const;
    /// A mechanism with channel binding is among them, whether we know it or not.
    bool has_plus() const;
    bool has_binding(std::string_view type) const;
};

/// How XEP-0474 puts the lists into one text, which is hashed.
enum class OfferSpelling : std::uint8_t {
    d, ///< Version 0.3, in attribute d= of SCRAM: "A,B|x,y".  ejabberd up to 24.12 sends it.
    h, ///< From version 0.4 on, in attribute h=: with the controls 1E and 1F for comma and bar.
};
Digest offer_hash(Hash hash, const SaslOffer& offer, OfferSpelling spelling);

} // namespace headstock::detail
