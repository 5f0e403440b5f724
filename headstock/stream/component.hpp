// What a component says before its session is ready (XEP-0114), as plain functions.  The order in
// which it is said is stream.cpp's.
#pragma once

#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <string>
#include <string_view>

namespace headstock::detail {

/// No error for the address of a component: a domain alone.
Error check_component_address(const Jid& address);

/// Why nothing may be written in clear to a peer that is not this machine.
Error clear_text_refused();

/// Our stream header (XEP-0114 section 3): no version, since neither features nor STARTTLS follow.
std::string component_header(const Jid& domain);

/// <handshake>, which proves that we know the secret: the lower-case hexadecimal SHA-1 of both,
/// `id` as it is after XML's escapes are gone.
std::string handshake(std::string_view id, std::string_view secret);

/// A <stream:error/>, in words for whoever set up the component.  A refused handshake is
/// Errc::not_authorized, everything else Errc::stream_failed.
Error read_component_error(const Element& error, const Jid& domain);

} // namespace headstock::detail
