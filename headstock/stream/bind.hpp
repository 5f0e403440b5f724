// Resource binding (RFC 6120 section 7), as plain functions.
#pragma once

#include "headstock/error.hpp"
#include "headstock/jid.hpp"
#include "headstock/stanza.hpp"

#include <optional>
#include <string_view>

namespace headstock::detail {

/// `resource` may be empty: the server chooses.
Element bind_request(std::string_view id, std::string_view resource);

/// The full JID that the answer to it gives.  Nothing, and `error`, when the server refused, gave a
/// malformed one, or one of another account.
std::optional<Jid> bound_jid(const Element& answer, const Jid& account, Error& error);

} // namespace headstock::detail
