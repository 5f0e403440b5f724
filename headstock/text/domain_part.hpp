// The domain of a JID (RFC 7622 3.2): a name, an IPv4 address or an IPv6 address in brackets.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// Append `domain` (UTF-8) to `out` in the form it is compared in: lower case, one trailing dot
/// gone, U-labels in NFC.  The result says why it is clearly not a domain; empty when it may be
/// one.
///
/// What is kept as it is: A-labels ("xn--..."), which are not turned into U-labels; labels over 63
/// bytes, which only a look-up need refuse; underscores and all-digit names, which are in use.  A
/// U-label is checked by the PRECIS IdentifierClass, which is a little wider than IDNA 2008.
std::string append_domain(std::string_view domain, std::string& out);

} // namespace headstock::detail
