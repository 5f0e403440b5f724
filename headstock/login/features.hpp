// What a server offers (RFC 6120 4.3.2).
#pragma once

#include "headstock/login/sasl_offer.hpp"
#include "headstock/stanza.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headstock::detail {

/// What a server offers for a login by SASL2, and together with it (XEP-0388 section 2.1).
struct Sasl2Offer {
    SaslOffer sasl{};
    bool resumption = false;           ///< XEP-0198 section 9
    bool bind = false;                 ///< Bind 2 (XEP-0386)
    bool bind_acks = false;            ///< And stream management with it.
    bool bind_activity = false;        ///< And XEP-0352.
    std::vector<std::string> tokens{}; ///< Mechanisms of a login by token (FAST, XEP-0484).
};

/// A peer's <stream:features/>, as far as it matters here.
struct Features {
    bool starttls = false;
    bool starttls_required = false;
    bool bind = false;
    bool session_required = false;  ///< Legacy (RFC 3921 section 3), without <optional/>.
    bool stream_management = false; ///< XEP-0198
    bool client_state = false;      ///< XEP-0352
    /// The longest element that the server takes (XEP-0478), in bytes, if it says so; not 0.
    std::optional<std::uint32_t> max_bytes{};
    /// A byte of ours is due after this time of silence: half of what the server allows (XEP-0478),
    /// since the byte has a way to go.  Zero: it does not say.
    std::chrono::milliseconds silence{};
    SaslOffer sasl{};
    std::shared_ptr<const Sasl2Offer> sasl2{}; ///< Apart, since idle clients would hold its room.
    std::vector<std::string> namespaces{}; ///< Of all that is offered, each as often as it stands.
};
Features read_features(const Element& features);

/// What is negotiated, one after the other (RFC 6120 4.3).
enum class Feature : std::uint8_t { starttls, clear_text, registration, sasl, resume, bind };

/// What bears on which is next.
struct Facts {
    bool secure = false;       ///< TLS is on.
    bool tls_wanted = false;   ///< Tls::required
    bool tls_insisted = false; ///< by the server
    bool to_register = false;  ///< An account is to be made first.
    bool authenticated = false;
    bool resumable = false; ///< Logged in, there is a session to go on with, and it is offered.
};

/// The next one, by the table in features.cpp: whether the server offers it is for whoever
/// negotiates it.
Feature next_feature(const Facts& facts);

} // namespace headstock::detail
