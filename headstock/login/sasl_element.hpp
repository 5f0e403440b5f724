// The elements of SASL, made and read: those of RFC 6120 section 6.4 and those of SASL2 (XEP-0388),
// which have the same exchanges in them.
#pragma once

#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

enum class SaslProfile : std::uint8_t { rfc6120, sasl2 };

std::string_view namespace_of(SaslProfile profile);

/// <response>; `data` is not encoded yet.
std::string sasl_response(SaslProfile profile, std::string_view data);
std::string sasl_abort(SaslProfile profile);

/// What begins a login.  `xml` is to be wiped: PLAIN's holds the password.  `shown` is for the log.
struct SaslAuth {
    std::string xml{};
    std::string shown{};
};
/// <auth/>
SaslAuth sasl_auth(std::string_view mechanism, std::string_view initial);
/// <authenticate/> (XEP-0388 section 2.3), by a client whose installation has the UUID `agent`, or
/// none to tell.
/// `together` is XML: what is asked for in the same breath.
SaslAuth sasl2_authenticate(std::string_view mechanism,
                            std::string_view initial,
                            std::string_view agent,
                            std::string_view together);

/// What SASL says in an element: "=" and nothing both stand for empty data (RFC 6120 6.4.2).
/// Nothing when it is not base64.
std::optional<std::string> sasl_data(const Element& element);
/// The same of a <success/>.
std::optional<std::string> sasl_success_data(SaslProfile profile, const Element& success);

/// A peer's <failure/> (RFC 6120 6.5), as Errc::not_authorized.
Error read_sasl_failure(const Element& failure);

} // namespace headstock::detail
