#include "headstock/extensions/vcard.hpp"

#include "headstock/base64.hpp"

#include <utility>

namespace headstock {

VCardPhoto VCardPhoto::of(std::string_view bytes, std::string type) {
    VCardPhoto photo;
    photo.type = std::move(type);
    photo.base64 = base64_encode(bytes);
    return photo;
}

// Many write it in lines of 76 characters (XEP-0153 section 4.6).
std::optional<std::string> VCardPhoto::bytes() const {
    if (!base64) return std::nullopt;
    auto text = *base64;
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    return text.empty() ? std::nullopt : base64_decode(text);
}

} // namespace headstock
