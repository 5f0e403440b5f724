#include "headstock/crypto/secret.hpp"

#include <algorithm>
#include <mbedtls/platform_util.h>

namespace headstock::detail {

void wipe(void* bytes, std::size_t size) noexcept {
    if (size != 0) mbedtls_platform_zeroize(bytes, size);
}

void append_secret(std::string& text, std::string_view more) {
    const auto size = text.size() + more.size();
    if (size > text.capacity()) {
        std::string larger;
        larger.reserve(std::max(size, 2 * text.capacity()));
        larger += text;
        text.swap(larger);
        wipe(larger);
    }
    text += more;
}

} // namespace headstock::detail
