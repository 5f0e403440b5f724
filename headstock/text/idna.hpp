// The labels of internationalised domains in both their spellings (IDNA 2008, RFC 5890): as people
// read them (U-labels), and as DNS, SNI and certificates have them (A-labels, "xn--...").
//
// The tables are libidn2's, and idna.cpp is the only file that knows it.  It is never asked about
// an ordinary label of ASCII.
#pragma once

#include <string>
#include <string_view>

namespace headstock::detail {

/// Begins with "xn--", in letters of either case.
bool looks_like_a_label(std::string_view label);

/// A label of `domain` does.  In anything: neither the domain nor its other labels are checked.
bool holds_a_label(std::string_view domain);

/// Append the U-label of `label`, which looks like an A-label and is of letters, digits, hyphens
/// and underscores.  The result says why it is none, as "is no Punycode"; empty when it was one.
std::string append_u_label(std::string_view label, std::string& out);

/// Append the A-label of `label`, which is UTF-8 in NFC, in lower case and not all ASCII: by UTS 46
/// without transitional processing, so that sharp s and final sigma stay, and without STD3 rules,
/// so that it may hold an underscore.  The result says why it has none; empty when it has.
std::string append_a_label(std::string_view label, std::string& out);

} // namespace headstock::detail
