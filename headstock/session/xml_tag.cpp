#include "headstock/session/xml_tag.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace headstock::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view space = " \t\r\n";

constexpr std::array entities{std::pair{"lt"sv, '<'}, std::pair{"gt"sv, '>'},
                              std::pair{"amp"sv, '&'}, std::pair{"quot"sv, '"'},
                              std::pair{"apos"sv, '\''}};

bool is_quote(char c) { return c == '\'' || c == '"'; }

std::size_t size_to(std::string_view xml, std::string_view end, std::size_t from) {
    const auto at = xml.find(end, from);
    return at == npos ? npos : at + end.size();
}

// A '>' inside a value ends no tag; a '<' stands nowhere inside one.
std::size_t tag_size(std::string_view xml) {
    char quote = 0;
    for (std::size_t at = 1; at < xml.size(); ++at) {
        const auto c = xml[at];
        if (c == '<') return npos;
        if (quote == 0 && c == '>') return at + 1;
        if (quote == 0 && is_quote(c)) {
            quote = c;
        } else if (c == quote) {
            quote = 0;
        }
    }
    return npos;
}

std::optional<char> decode_number(std::string_view digits, int base) {
    std::uint32_t number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number, base);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return static_cast<char>(std::min<std::uint32_t>(number, 0x80));
}

// What stands between '&' and ';'.
std::optional<char> decode_reference(std::string_view reference) {
    if (reference.starts_with("#x")) return decode_number(reference.substr(2), 16);
    if (reference.starts_with('#')) return decode_number(reference.substr(1), 10);
    const auto* const entity = std::find_if(entities.begin(), entities.end(),
                                            [&](const auto& e) { return e.first == reference; });
    if (entity == entities.end()) return std::nullopt;
    return entity->second;
}

} // namespace

std::string_view local_part(std::string_view name) { return name.substr(name.find(':') + 1); }

std::optional<WrittenAttribute> take_attribute(std::string_view& inside) {
    const auto begin = inside.find_first_not_of(space);
    const auto end = inside.find_first_of(" \t\r\n=/'\"", begin);
    const auto equals = inside.find_first_not_of(space, end);
    if (equals == npos || inside[equals] != '=' || begin == end) return std::nullopt;
    const auto opening = inside.find_first_not_of(space, equals + 1);
    if (opening == npos || !is_quote(inside[opening])) return std::nullopt;
    const auto closing = inside.find(inside[opening], opening + 1);
    if (closing == npos) return std::nullopt;
    const WrittenAttribute attribute{inside.substr(0, opening + 1),
                                     inside.substr(begin, end - begin),
                                     inside.substr(opening + 1, closing - opening - 1)};
    inside.remove_prefix(closing + 1);
    return attribute;
}

std::size_t markup_size(std::string_view xml) {
    if (xml.starts_with("<![CDATA[")) return size_to(xml, "]]>", 9);
    if (xml.starts_with("<!--")) return size_to(xml, "-->", 4);
    if (xml.starts_with("<?")) return size_to(xml, "?>", 2);
    return xml.starts_with("<!") ? npos : tag_size(xml);
}

std::optional<std::string> decode_value(std::string_view value) {
    std::string decoded;
    for (;;) {
        const auto begin = value.find('&');
        decoded += value.substr(0, begin);
        if (begin == npos) return decoded;
        const auto end = value.find(';', begin);
        if (end == npos) return std::nullopt;
        const auto c = decode_reference(value.substr(begin + 1, end - begin - 1));
        if (!c) return std::nullopt;
        decoded += *c;
        value.remove_prefix(end + 1);
    }
}

} // namespace headstock::detail
