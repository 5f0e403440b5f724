// SHA-1 (RFC 3174), where a specification names things by it: entity capabilities (XEP-0115), the
// ids of avatars (XEP-0084).  It is no protection against somebody who chooses what is hashed.
//
//     headstock::sha1_hex(image)       // "09a6..." in 40 small letters and digits
//     headstock::sha1_base64(words)    // "QgayPKawpkPSDYmwT/WM94uAlu0=", 28 characters
#pragma once

#include "headstock/export.hpp"

#include <string>
#include <string_view>

namespace headstock {

/// The digest of `bytes` in hexadecimal digits, small letters.  Throws std::runtime_error where the
/// system's mbedTLS was built without SHA-1.
HEADSTOCK_API std::string sha1_hex(std::string_view bytes);
/// The same in base64.
HEADSTOCK_API std::string sha1_base64(std::string_view bytes);

} // namespace headstock
