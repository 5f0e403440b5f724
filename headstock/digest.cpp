#include "headstock/digest.hpp"

#include "headstock/crypto/crypto.hpp"

namespace headstock {

std::string sha1_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto digest = detail::digest(detail::Hash::sha1, bytes);
    std::string text;
    for (const char c : digest.view()) {
        const auto byte = static_cast<unsigned char>(c);
        text += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return text;
}

std::string sha1_base64(std::string_view bytes) {
    return detail::base64_encode(detail::digest(detail::Hash::sha1, bytes).view());
}

} // namespace headstock
