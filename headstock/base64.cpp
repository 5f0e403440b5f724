#include "headstock/base64.hpp"

#include "headstock/crypto/crypto.hpp"

namespace headstock {

std::string base64_encode(std::string_view bytes) { return detail::base64_encode(bytes); }

std::optional<std::string> base64_decode(std::string_view text) {
    return detail::base64_decode(text);
}

} // namespace headstock
