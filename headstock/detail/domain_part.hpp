// The domain of a JID (RFC 7622 3.2): a name, an IPv4 address or an IPv6 address in brackets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// `domain` (UTF-8) in the form it is compared in: lower case, one trailing dot gone, U-labels in
/// NFC.  Nothing, and the reason in `why`, when it is clearly not a domain.
///
/// What is kept as it is: A-labels ("xn--..."), which are not turned into U-labels; labels over 63
/// bytes, which only a look-up need refuse; underscores and all-digit names, which are in use.  A
/// U-label is checked by the PRECIS IdentifierClass, which is a little wider than IDNA 2008.
std::optional<std::string> prepare_domain(std::string_view domain, std::string& why);

} // namespace headstock::detail
