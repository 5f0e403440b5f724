// Text to value, the one place: numbers and XML Schema booleans as attributes and text carry them.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace bridge {

/// White space as XML has it: space, tab, line feed, carriage return.
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// `text` without XML white space at either end.
constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// `text`, as a whole, read as `T`; nothing when it is not one or does not fit.
template <class T>
std::optional<T> convert(std::string_view text) {
    if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
        return T{text};
    } else if constexpr (std::same_as<T, bool>) {
        text = trim(text);
        if (text == "true" || text == "1") return true;
        if (text == "false" || text == "0") return false;
        return std::nullopt;
    } else {
        static_assert(std::integral<T> || std::floating_point<T>,
                      "bridge: convert to a number, bool, std::string or std::string_view");
        text = trim(text);
        if (text.starts_with('+')) { // XML Schema writes it, from_chars does not read it
            text.remove_prefix(1);
            if (text.starts_with('-')) return std::nullopt;
        }
        T value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return value;
    }
}

} // namespace bridge
