// The domain of a JID (RFC 7622 3.2): a name, an IPv4 address or an IPv6 address in brackets.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// Append `domain` (UTF-8) to `out` in the form it is compared in: lower case, one trailing dot
/// gone, A-labels ("xn--...") turned into U-labels, which are in NFC.  The result says why it is
/// clearly not a domain; empty when it may be one.
///
/// What is kept as it is: labels over 63 bytes, which only a look-up need refuse; underscores and
/// all-digit names, which are in use.  A U-label is checked by the PRECIS IdentifierClass, which is
/// a little wider than IDNA 2008; what looks like an A-label must be one.
std::string append_domain(std::string_view domain, std::string& out);

/// Append `domain`, in the form that append_domain() gives, as DNS, SNI and certificates have it:
/// its U-labels as A-labels (RFC 7622 3.2.1, RFC 9525 6.3).  What is ASCII already stays as it is.
/// The result says why it cannot be looked up; empty when it can.
std::string append_domain_for_dns(std::string_view domain, std::string& out);

} // namespace headstock::detail
