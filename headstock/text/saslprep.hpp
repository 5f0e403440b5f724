// SASLprep (RFC 4013): the one form in which user names and passwords are hashed and compared.
#pragma once

#include "headstock/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock::detail {

/// `text` (UTF-8) prepared; the only copy of it that is left, and the caller's to wipe.  Nothing
/// when it is not UTF-8, holds what RFC 4013 prohibits or mixes writing directions; `error`
/// (Errc::invalid_option) then says so without showing any of the text.
///
/// RFC 4013 is bound to Unicode 3.2.  The prohibitions are its own; normal form and direction are
/// of the Unicode version of utf8proc, and unassigned characters pass, as they do in queries.  So
/// the result differs from a Unicode 3.2 implementation for characters added or corrected since.
std::optional<std::string> saslprep(std::string_view text, Error* error = nullptr);

} // namespace headstock::detail
