// Resource binding (RFC 6120 section 7), as plain functions.
#pragma once

#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// `resource` may be empty: the server chooses.
Element bind_request(std::string_view id, std::string_view resource);

/// Bind 2 (XEP-0386 section 3.2): `tag` is what the server begins the resource with, or empty;
/// `together` is XML, what is enabled with it.
std::string bind2_request(std::string_view tag, std::string_view together);

/// Whether the server has proved itself in the login, by its mechanism or by its certificate.
enum class Server : std::uint8_t { unproved, verified };

/// What stands in <jid/> of the answer to it, whatever that is; `error` as of Jid::parse().
std::optional<Jid> jid_in_bind(const Element& answer, Error* error = nullptr);

/// The full JID that the answer to it gives.  Nothing, and `error`, when the server refused, gave a
/// malformed one, or one that accept_bound() refuses.
std::optional<Jid>
bound_jid(const Element& answer, const Jid& account, Server server, Error& error);

/// Whether a login that asked for `account` takes `given`, whatever its resource: of that account
/// or, when the server is verified, of another account of that domain.  Without a local part in
/// `account` any of the domain.  Else Errc::unexpected_identity.
Error accept_identity(const Jid& given, const Jid& account, Server server);

/// The same of `bound`, which is to be a full JID.
Error accept_bound(const Jid& bound, const Jid& account, Server server);

} // namespace headstock::detail
