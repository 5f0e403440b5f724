// The elements of SASL (RFC 6120 6.4), made and read.
#pragma once

#include "headstock/error.hpp"
#include "headstock/stanza.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// An element of the SASL namespace: <response>, <abort>, or with a mechanism <auth>; `text` is
/// base64.
std::string
sasl_element(std::string_view name, std::string_view text, std::string_view mechanism = {});

/// <auth/>.  `xml` is to be wiped: PLAIN's holds the password.  `shown` is for the log.
struct SaslAuth {
    std::string xml{};
    std::string shown{};
};
SaslAuth sasl_auth(std::string_view mechanism, std::string_view initial);

/// The data of a <challenge/> or <success/>: "=" and nothing both stand for empty data (RFC 6120
/// 6.4.2).  Nothing when it is not base64.
std::optional<std::string> sasl_data(const Element& element);

/// A peer's SASL <failure/> (RFC 6120 6.5), as Errc::not_authorized.
Error read_sasl_failure(const Element& failure);

} // namespace headstock::detail
