// Base64 (RFC 4648 section 4), as specifications put bytes into text: avatars, hashes, small files.
//
//     const auto text = headstock::base64_encode(bytes);
//     if (auto bytes = headstock::base64_decode(text)) use(*bytes);
#pragma once

#include "headstock/export.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace headstock {

/// Padded, in one line.
HEADSTOCK_API std::string base64_encode(std::string_view bytes);
/// The bytes; nothing when `text` is not what base64_encode() writes: padded, without white space,
/// unused bits zero.
HEADSTOCK_API std::optional<std::string> base64_decode(std::string_view text);

} // namespace headstock
