#include "headstock/text/concat.hpp"

namespace headstock::detail {

std::string concat(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    std::string text;
    text.reserve(size);
    for (const auto part : parts) text += part;
    return text;
}

std::string decimal(std::uint64_t number) { return std::to_string(number); }

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

} // namespace headstock::detail
